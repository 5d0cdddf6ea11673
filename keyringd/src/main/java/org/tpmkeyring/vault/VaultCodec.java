// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.vault;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.tpmkeyring.key.KeyRecord;
import org.tpmkeyring.protocol.value.Bytes;
import org.tpmkeyring.protocol.value.KeyName;
import org.tpmkeyring.protocol.value.TargetType;
import org.tpmkeyring.protocol.value.VaultName;
import org.tpmkeyring.protocol.value.When;
import org.tpmkeyring.protocol.wire.Json;
import org.tpmkeyring.protocol.wire.MalformedMessageException;
import org.tpmkeyring.store.StoredVault;
import org.tpmkeyring.store.VaultId;

/** The body of a vault file, version 1: JSON as docs/vault-format.md describes it. */
final class VaultCodec {
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
                vault.protectors().stream().map(ProtectorCodec::encode).toList());
        tree.put("keys", vault.keys().stream().map(VaultCodec::encode).toList());
        tree.put("mac", mac.hex());
        return Bytes.copyOf(Json.writePretty(tree));
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
            protectors.add(ProtectorCodec.decode(fields));
            fields.end();
        }
        refuseTwins("protectors", protectors.stream().map(Protector::id));
        return protectors;
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
