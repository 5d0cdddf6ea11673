// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.vault;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.tpmkeyring.protocol.value.Bytes;
import org.tpmkeyring.protocol.value.PcrBank;
import org.tpmkeyring.protocol.value.PcrSelection;
import org.tpmkeyring.tpm.PcrValues;
import org.tpmkeyring.tpm.SealedObject;

/** A protector in the body of a vault file, as docs/vault-format.md describes it. */
final class ProtectorCodec {
    private static final Pattern PCR = Pattern.compile("0|[1-9][0-9]?");
    private static final String TPM2 = "tpm2";
    private static final String TPM2_PIN = "tpm2-pin";
    private static final String RECOVERY = "recovery";
    private static final String PASSPHRASE = "passphrase";

    private ProtectorCodec() {}

    static Map<String, Object> encode(Protector protector) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("id", protector.id());
        tree.put("created", protector.created());
        if (protector instanceof Protector.Tpm2 tpm2) {
            SealedObject sealed = tpm2.sealed();
            tree.put("type", tpm2.pin().isPresent() ? TPM2_PIN : TPM2);
            tree.put("public", sealed.publicArea().base64());
            tree.put("private", sealed.privateArea().base64());
            tree.put("parent", sealed.parent().base64());
            tree.put("bank", sealed.values().bank().label());
            Map<String, String> pcrs = new LinkedHashMap<>();
            sealed.values().byIndex().forEach((pcr, digest) -> pcrs.put(pcr.toString(), digest.hex()));
            tree.put("pcrs", pcrs);
            tpm2.pin().ifPresent(pin -> encode(pin, tree));
        } else if (protector instanceof Protector.Recovery recovery) {
            tree.put("type", RECOVERY);
            tree.put("salt", recovery.salt().base64());
            tree.put("wrapped", recovery.wrappedKek().base64());
        } else if (protector instanceof Protector.Passphrase passphrase) {
            tree.put("type", PASSPHRASE);
            encode(passphrase.stretching(), tree);
            tree.put("wrapped", passphrase.wrappedKek().base64());
        }
        return tree;
    }

    private static void encode(Stretching stretching, Map<String, Object> tree) {
        tree.put("salt", stretching.salt().base64());
        tree.put("cost", (long) stretching.cost());
    }

    /**
     * Reads a protector.
     *
     * @throws MalformedVaultException when {@link #encode} would not have written it
     */
    static Protector decode(Fields fields) throws MalformedVaultException {
        String id = fields.text("id");
        long created = fields.number("created");
        return switch (fields.text("type")) {
            case TPM2 -> new Protector.Tpm2(id, created, sealed(fields));
            case TPM2_PIN -> new Protector.Tpm2(id, created, sealed(fields), Optional.of(stretching(fields)));
            case RECOVERY -> new Protector.Recovery(id, created, fields.base64("salt"), fields.base64("wrapped"));
            case PASSPHRASE -> new Protector.Passphrase(id, created, stretching(fields), fields.base64("wrapped"));
            default -> throw new MalformedVaultException("a protector has an unknown type");
        };
    }

    private static SealedObject sealed(Fields fields) throws MalformedVaultException {
        return new SealedObject(
                fields.base64("public"), fields.base64("private"), fields.base64("parent"), values(fields));
    }

    private static Stretching stretching(Fields fields) throws MalformedVaultException {
        Bytes salt = fields.base64("salt");
        int cost = fields.smallNumber("cost");
        try {
            return new Stretching(salt, cost);
        } catch (IllegalArgumentException e) {
            throw new MalformedVaultException("salt or cost of a protector are wrong");
        }
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
}
