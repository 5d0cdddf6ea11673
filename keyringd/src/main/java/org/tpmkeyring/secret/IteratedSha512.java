// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.secret;

import org.tpmkeyring.protocol.value.Bytes;
import org.tpmkeyring.secret.binding.LibCryptoDigest;

/**
 * The passphrase derivation of ecryptfs-utils ({@code generate_passphrase_sig} in
 * {@code src/libecryptfs/key_management.c}): SHA-512 of salt and passphrase, then SHA-512 of the digest,
 * 65,536 rounds in all. Takes some tens of milliseconds.
 */
public final class IteratedSha512 {
    /** Length of a derived key. */
    public static final int KEY_BYTES = LibCryptoDigest.SHA512_BYTES;

    private static final int SALT_BYTES = 8;
    private static final int SIGNATURE_BYTES = 8;
    private static final int ROUNDS = 65_536;

    private IteratedSha512() {}

    /**
     * @param salt 8 bytes
     * @param passphrase without terminator; stays the caller's
     * @return 64 bytes; the caller owns them
     */
    public static SecretBuffer derive(Bytes salt, SecretBuffer passphrase) {
        if (salt.length() != SALT_BYTES) {
            throw new IllegalArgumentException("the salt has " + SALT_BYTES + " bytes");
        }
        try (SecretBuffer salted = SecretBuffer.allocate(SALT_BYTES + passphrase.size())) {
            salted.withBytes(bytes -> bytes.put(salt.toArray()));
            salted.put(SALT_BYTES, passphrase);
            SecretBuffer key = SecretBuffer.allocate(KEY_BYTES);
            hash(salted, key);
            for (int round = 1; round < ROUNDS; round++) {
                hash(key, key);
            }
            return key;
        }
    }

    /**
     * The public name of a derived key: the first 8 bytes of its SHA-512.
     *
     * @param key from {@link #derive}; stays the caller's
     */
    public static Bytes signature(SecretBuffer key) {
        try (SecretBuffer digest = SecretBuffer.allocate(KEY_BYTES)) {
            hash(key, digest);
            byte[] start = new byte[SIGNATURE_BYTES];
            digest.withBytes(bytes -> bytes.get(start));
            return Bytes.copyOf(start);
        }
    }

    private static void hash(SecretBuffer data, SecretBuffer digest) {
        if (LibCryptoDigest.SHA512(data.unsafeAddress(), data.size(), digest.unsafeAddress()) == 0) {
            throw new IllegalStateException("libcrypto refused SHA-512");
        }
    }
}
