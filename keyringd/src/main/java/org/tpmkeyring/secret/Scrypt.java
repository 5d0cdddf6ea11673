// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.secret;

import org.tpmkeyring.protocol.value.Bytes;
import org.tpmkeyring.secret.binding.LibCrypto;

/**
 * scrypt (RFC 7914) on native memory, with r = 8 and p = 1: a key from a password, slowly. One derivation at a time in
 * the whole process, because each takes 1 KiB of memory times its cost.
 */
public final class Scrypt {
    /** Block size parameter. */
    public static final int R = 8;

    /** Parallelisation parameter. */
    public static final int P = 1;

    private static final int BLOCK_BYTES = 128 * R;
    private static final long BESIDES_BYTES = 1L << 20;

    private Scrypt() {}

    /**
     * Derives.
     *
     * @param password stays the caller's
     * @param salt public
     * @param costLog2 binary logarithm of N, 1 to 17
     * @param lengthBytes of the result
     * @return the caller owns it
     */
    public static synchronized SecretBuffer derive(SecretBuffer password, Bytes salt, int costLog2, int lengthBytes) {
        if (costLog2 < 1 || costLog2 > 17) {
            throw new IllegalArgumentException("no scrypt of cost 2^" + costLog2);
        }
        CryptoLibrary.requirePresent();
        long n = 1L << costLog2;
        try (SecretBuffer.Pin in = password.pin()) {
            return SecretBuffer.filled(lengthBytes, out -> {
                CryptoLibrary.check(
                        "EVP_PBE_scrypt",
                        LibCrypto.EVP_PBE_scrypt(
                                in.address(),
                                in.size(),
                                salt.toArray(),
                                salt.length(),
                                n,
                                R,
                                P,
                                n * BLOCK_BYTES + BESIDES_BYTES,
                                out.address(),
                                lengthBytes));
                Traces.coverHmac();
            });
        }
    }
}
