// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.secret;

import org.tpmkeyring.protocol.value.Bytes;
import org.tpmkeyring.secret.binding.LibCrypto;

/**
 * eCryptfs' way from a passphrase to a key (ecryptfs-utils, src/libecryptfs/key_management.c,
 * generate_passphrase_sig; OpenPGP's salted S2K with a fixed count): SHA-512 of salt and passphrase, and then
 * SHA-512 of that, 65,536 hashes in all.
 */
public final class IteratedSha512 {
    public static final int SALT_BYTES = 8;
    public static final int KEY_BYTES = 64;
    public static final int SIGNATURE_BYTES = 8;

    private static final int ITERATIONS = 65_536;

    private IteratedSha512() {}

    /**
     * Derives.
     *
     * @param salt 8 bytes
     * @param passphrase stays the caller's
     * @return 64 bytes, for eCryptfs the file encryption key encryption key; the caller owns it
     */
    public static SecretBuffer derive(Bytes salt, SecretBuffer passphrase) {
        if (salt.length() != SALT_BYTES) {
            throw new IllegalArgumentException("the salt has " + SALT_BYTES + " bytes");
        }
        try (SecretBuffer salted = SecretBuffer.allocate(SALT_BYTES + passphrase.size());
                SecretBuffer.Pin in = salted.pin()) {
            salted.withBytes(bytes -> bytes.put(0, salt.toArray()));
            salted.put(SALT_BYTES, passphrase);
            return SecretBuffer.filled(KEY_BYTES, out -> {
                hash(in.address(), in.size(), out.address());
                for (int done = 1; done < ITERATIONS; done++) {
                    hash(out.address(), KEY_BYTES, out.address());
                }
            });
        }
    }

    /**
     * The public name of a derived key: the first 8 bytes of its SHA-512.
     *
     * @param key 64 bytes from {@link #derive}; stays the caller's
     */
    public static Bytes signature(SecretBuffer key) {
        try (SecretBuffer digest = SecretBuffer.allocate(KEY_BYTES);
                SecretBuffer.Pin in = key.pin();
                SecretBuffer.Pin out = digest.pin()) {
            hash(in.address(), in.size(), out.address());
            byte[] start = new byte[SIGNATURE_BYTES];
            digest.withBytes(bytes -> bytes.get(0, start));
            return Bytes.copyOf(start);
        }
    }

    private static void hash(long in, long length, long out) {
        CryptoLibrary.check("EVP_Digest", LibCrypto.EVP_Digest(in, length, out, 0, CryptoLibrary.sha512(), 0));
    }
}
