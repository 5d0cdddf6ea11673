// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.vault;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.tpmkeyring.key.KeyRecord;
import org.tpmkeyring.protocol.value.Bytes;
import org.tpmkeyring.protocol.value.KeyName;
import org.tpmkeyring.protocol.value.PcrBank;
import org.tpmkeyring.protocol.value.PcrSelection;
import org.tpmkeyring.protocol.value.TargetType;
import org.tpmkeyring.protocol.value.VaultName;
import org.tpmkeyring.protocol.value.When;
import org.tpmkeyring.protocol.wire.Json;
import org.tpmkeyring.protocol.wire.MalformedMessageException;
import org.tpmkeyring.store.StoredVault;
import org.tpmkeyring.store.VaultId;
import org.tpmkeyring.tpm.PcrValues;
import org.tpmkeyring.tpm.SealedObject;

/** The body of a vault file, version 1: JSON as docs/vault-format.md describes it. */
final class VaultCodec {
    private static final Pattern PCR = Pattern.compile("0|[1-9][0-9]?");

    private VaultCodec() {}

    static Bytes encode(Vault vault, Bytes mac) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("id", vault.id().text());
        tree.put("name", vault.name().text());
        tree.put("owner", vault.owner());
        tree.put("when", label(vault.when()));
        tree.put("created", vault.created());
        tree.put(
                "protectors",
                vault.protectors().stream().map(VaultCodec::encode).toList());
        tree.put("keys", vault.keys().stream().map(VaultCodec::encode).toList());
        tree.put("mac", mac.hex());
        return Bytes.copyOf(Json.writePretty(tree));
    }

    private static Map<String, Object> encode(Protector protector) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("id", protector.id());
        tree.put("created", protector.created());
        if (protector instanceof Protector.Tpm2 tpm2) {
            SealedObject sealed = tpm2.sealed();
            tree.put("type", "tpm2");
            tree.put("public", sealed.publicArea().base64());
            tree.put("private", sealed.privateArea().base64());
            tree.put("parent", sealed.parent().base64());
            tree.put("bank", sealed.values().bank().label());
            Map<String, String> pcrs = new LinkedHashMap<>();
            sealed.values().byIndex().forEach((pcr, digest) -> pcrs.put(pcr.toString(), digest.hex()));
            tree.put("pcrs", pcrs);
        } else if (protector instanceof Protector.Recovery recovery) {
            tree.put("type", "recovery");
            tree.put("salt", recovery.salt().base64());
            tree.put("wrapped", recovery.wrappedKek().base64());
        }
        return tree;
    }

    private static Map<String, Object> encode(WrappedKey key) {
        KeyRecord record = key.record();
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("name", record.name().text());
        tree.put("target", label(record.target()));
        tree.put("attributes", record.attributes());
        tree.put("size", (long) record.sizeBytes());
        tree.put("created", record.created());
        tree.put("wrapped", key.wrapped().base64());
        return tree;
    }

    private static String label(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    /**
     * Reads a body.
     *
     * @throws MalformedVaultException when {@link #encode} would not have written it
     */
    static LoadedVault decode(StoredVault stored) throws MalformedVaultException {
        Fields fields = Fields.of("the vault", parse(stored.body()));
        Vault vault = new Vault(
                fields.value("id", VaultId::new),
                fields.value("name", VaultName::new),
                fields.number("owner"),
                fields.value("when", text -> constant(When.class, text)),
                fields.number("created"),
                protectors(fields.objects("protectors")),
                keys(fields.objects("keys")));
        Bytes mac = fields.hex("mac");
        fields.end();
        return new LoadedVault(vault, stored.generation(), mac);
    }

    private static Map<String, Object> parse(Bytes body) throws MalformedVaultException {
        try {
            return Json.parse(body.toArray());
        } catch (MalformedMessageException e) {
            throw new MalformedVaultException(e.getMessage());
        }
    }

    private static List<Protector> protectors(List<Fields> entries) throws MalformedVaultException {
        List<Protector> protectors = new ArrayList<>();
        for (Fields fields : entries) {
            protectors.add(protector(fields));
            fields.end();
        }
        refuseTwins("protectors", protectors.stream().map(Protector::id));
        return protectors;
    }

    private static Protector protector(Fields fields) throws MalformedVaultException {
        String id = fields.text("id");
        long created = fields.number("created");
        String type = fields.text("type");
        return switch (type) {
            case "tpm2" ->
                new Protector.Tpm2(
                        id,
                        created,
                        new SealedObject(
                                fields.base64("public"),
                                fields.base64("private"),
                                fields.base64("parent"),
                                values(fields)));
            case "recovery" -> new Protector.Recovery(id, created, fields.base64("salt"), fields.base64("wrapped"));
            default -> throw new MalformedVaultException("a protector has an unknown type");
        };
    }

    private static PcrValues values(Fields fields) throws MalformedVaultException {
        PcrBank bank = fields.value("bank", text -> PcrBank.byLabel(text).orElseThrow(IllegalArgumentException::new));
        SortedMap<Integer, Bytes> digests = new TreeMap<>();
        for (Map.Entry<String, String> entry : fields.texts("pcrs").entrySet()) {
            digests.put(pcr(entry.getKey()), digest(bank, entry.getValue()));
        }
        if (digests.isEmpty()) {
            throw new MalformedVaultException("a protector names no PCR");
        }
        return new PcrValues(bank, digests);
    }

    /** Decimal as this class writes it, so that no two members name the same PCR. */
    private static int pcr(String text) throws MalformedVaultException {
        if (!PCR.matcher(text).matches() || Integer.parseInt(text) > PcrSelection.MAX_PCR) {
            throw new MalformedVaultException("a protector names a PCR that does not exist");
        }
        return Integer.parseInt(text);
    }

    private static Bytes digest(PcrBank bank, String hex) throws MalformedVaultException {
        try {
            Bytes digest = Bytes.ofHex(hex);
            if (digest.length() == bank.digestBytes()) {
                return digest;
            }
        } catch (IllegalArgumentException e) {
            throw new MalformedVaultException("the PCR values of a protector are wrong");
        }
        throw new MalformedVaultException("the PCR values of a protector are wrong");
    }

    private static List<WrappedKey> keys(List<Fields> entries) throws MalformedVaultException {
        List<WrappedKey> keys = new ArrayList<>();
        for (Fields fields : entries) {
            KeyRecord record = new KeyRecord(
                    fields.value("name", KeyName::new),
                    fields.value("target", text -> constant(TargetType.class, text)),
                    fields.texts("attributes"),
                    fields.smallNumber("size"),
                    fields.number("created"));
            keys.add(new WrappedKey(record, fields.base64("wrapped")));
            fields.end();
        }
        refuseTwins("keys", keys.stream().map(key -> key.record().name().text()));
        return keys;
    }

    private static void refuseTwins(String what, Stream<String> names) throws MalformedVaultException {
        Set<String> seen = new HashSet<>();
        if (!names.allMatch(seen::add)) {
            throw new MalformedVaultException("two of its " + what + " have the same name");
        }
    }

    private static <E extends Enum<E>> E constant(Class<E> type, String label) {
        for (E constant : type.getEnumConstants()) {
            if (label(constant).equals(label)) {
                return constant;
            }
        }
        throw new IllegalArgumentException("no such constant");
    }
}
