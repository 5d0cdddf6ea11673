// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.secret;

import org.tpmkeyring.secret.binding.LibCrypto;

/**
 * Covers what a hash function leaves in the vector registers and on the stack. libcrypto wipes its memory but not
 * the registers, where SHA-256 keeps its last result; and the JVM saves all registers on the thread's stack when
 * it links a call site or stops at a safepoint (HotSpot, sharedRuntime_x86_64.cpp, RegisterSaver). Found by
 * searching the memory of the process after HKDF, in one of four tries.
 */
final class Traces {
    private static final byte[] PUBLIC_KEY = new byte[HmacSha256.MAC_BYTES];
    /** Zeros in, public code out; kept until the process ends. */
    private static final SecretBuffer PUBLIC = SecretBuffer.allocate(2 * HmacSha256.MAC_BYTES);

    private Traces() {}

    /** Runs the same code over public bytes, which then lie where the secret ones were. */
    static void coverHmac() {
        long address = PUBLIC.unsafeAddress();
        CryptoLibrary.checkPointer(
                "HMAC",
                LibCrypto.HMAC(
                        CryptoLibrary.sha256(),
                        PUBLIC_KEY,
                        PUBLIC_KEY.length,
                        address,
                        HmacSha256.MAC_BYTES,
                        address + HmacSha256.MAC_BYTES,
                        0));
    }
}
