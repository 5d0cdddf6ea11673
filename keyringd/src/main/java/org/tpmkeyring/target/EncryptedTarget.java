// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.target;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.tpmkeyring.kernel.EncryptedKeyShape;
import org.tpmkeyring.kernel.KernelException;
import org.tpmkeyring.kernel.KernelKeyType;
import org.tpmkeyring.kernel.UserKeyrings;
import org.tpmkeyring.key.KeyRecord;
import org.tpmkeyring.protocol.value.Bytes;
import org.tpmkeyring.protocol.value.TargetType;
import org.tpmkeyring.secret.SecretBuffer;

/**
 * An {@code encrypted} key (keys-trusted-encrypted.rst): the kernel makes its payload, which no process ever
 * sees, and exports it encrypted under a master key that is ours. Stored are the master and the export.
 */
public final class EncryptedTarget extends KernelKeyTarget {
    private static final String FORMAT = "format";
    private static final String MASTER = "master";
    private static final String DEFAULT = "default";
    private static final String ECRYPTFS = "ecryptfs";

    private static final int MASTER_BYTES = 32;
    private static final int SIGNATURE_BYTES = 8;

    public EncryptedTarget(UserKeyrings keyrings) {
        super(keyrings, TargetType.ENCRYPTED, KernelKeyType.ENCRYPTED, false);
    }

    /** Payload sizes of a format: what encrypted.c takes, but no key under 128 bit. */
    private record Sizes(int least, int usual, int most) {}

    private static final Map<String, Sizes> SIZES =
            Map.of(DEFAULT, new Sizes(32, 32, 128), ECRYPTFS, new Sizes(64, 64, 64), "enc32", new Sizes(32, 32, 32));

    /** The random bytes are the master, and for eCryptfs the signature, which is public. */
    @Override
    public int check(KeySpec spec) {
        Refusal.requireAbsent(spec.mount(), "--mount", type());
        Refusal.requireAbsent(spec.directory(), "--directory", type());
        Opens.requireAbsent(spec, type());
        if (!spec.generate()) {
            throw Refusal.argument("--key-file", "the kernel makes the secret of an encrypted key itself");
        }
        String format = format(spec);
        Sizes sizes = SIZES.get(format);
        Refusal.requireSize(spec, type(), size(spec), sizes.least(), sizes.most());
        if (format.equals(ECRYPTFS)) {
            Refusal.requireAbsent(spec.description(), "--description", type());
        } else {
            description(spec);
        }
        if (!keyrings.supports(KernelKeyType.ENCRYPTED)) {
            throw Refusal.notSupported(type(), "this kernel has no encrypted keys (CONFIG_ENCRYPTED_KEYS)");
        }
        return format.equals(ECRYPTFS) ? MASTER_BYTES + SIGNATURE_BYTES : MASTER_BYTES;
    }

    @Override
    public Material make(KeySpec spec, SecretBuffer secret) throws KernelException {
        EncryptedKeyShape shape =
                new EncryptedKeyShape(format(spec), "tpm-keyring:" + spec.name().text(), size(spec));
        TreeMap<String, String> attributes = new TreeMap<>();
        attributes.put(FORMAT, shape.format());
        attributes.put(MASTER, shape.masterDescription());
        attributes.put(
                Description.ATTRIBUTE,
                shape.format().equals(ECRYPTFS)
                        ? PublicPart.of(secret, MASTER_BYTES, SIGNATURE_BYTES).hex()
                        : description(spec));
        try (SecretBuffer master = secret.copyOfRange(0, MASTER_BYTES)) {
            Bytes exported = keyrings.makeEncrypted(shape, master);
            SecretBuffer stored = SecretBuffer.allocate(MASTER_BYTES + exported.length());
            stored.put(0, master);
            stored.withBytes(bytes -> bytes.put(MASTER_BYTES, exported.toArray()));
            return new Material(attributes, stored, shape.sizeBytes());
        }
    }

    @Override
    public Delivery deliver(long owner, KeyRecord key, SecretBuffer stored) throws KernelException {
        EncryptedKeyShape shape = new EncryptedKeyShape(
                Attributes.require(key, FORMAT), Attributes.require(key, MASTER), key.sizeBytes());
        Bytes exported = PublicPart.of(stored, MASTER_BYTES, stored.size() - MASTER_BYTES);
        try (SecretBuffer master = stored.copyOfRange(0, MASTER_BYTES)) {
            int serial = keyrings.loadEncrypted(owner, description(key), shape, exported, master)
                    .value();
            return new Delivery(List.of((long) serial));
        }
    }

    private static String format(KeySpec spec) {
        String format = spec.format().orElse(DEFAULT);
        if (!SIZES.containsKey(format)) {
            throw Refusal.argument("--format", "an encrypted key has format default, ecryptfs or enc32");
        }
        return format;
    }

    private static int size(KeySpec spec) {
        return spec.sizeBytes().orElse(SIZES.get(format(spec)).usual());
    }

    private static String description(KeySpec spec) {
        return Description.check(spec.description().orElse(spec.name().text()));
    }
}
