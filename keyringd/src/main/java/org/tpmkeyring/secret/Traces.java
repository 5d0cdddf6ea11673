// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.secret;

import org.tpmkeyring.secret.binding.LibC;
import org.tpmkeyring.secret.binding.LibCrypto;

/**
 * Covers what a hash function or a copy leaves in the vector registers and on the stack. libcrypto wipes its memory
 * but not the registers, where SHA-256 keeps its last result and memcpy what it moved last; and the JVM saves all registers on the thread's stack when
 * it links a call site or stops at a safepoint (HotSpot, sharedRuntime_x86_64.cpp, RegisterSaver). Found by
 * searching the memory of the process after HKDF, in one of four tries.
 */
final class Traces {
    private static final byte[] PUBLIC_KEY = new byte[HmacSha256.MAC_BYTES];
    /** Zeros in, public code out; kept until the process ends. */
    private static final SecretBuffer PUBLIC = SecretBuffer.allocate(2 * HmacSha256.MAC_BYTES);

    /** A copy of more bytes than this goes through the same registers as one of this many (glibc, memmove). */
    private static final int COVER_BYTES = 1024;

    /** Zeros, copied from the first half to the second. */
    private static final SecretBuffer ZEROS = SecretBuffer.allocate(2 * COVER_BYTES);

    private Traces() {}

    /** memcpy(3) of a secret, and then one of as many public bytes. */
    static void copy(long to, long from, int length) {
        LibC.memcpy(to, from, length);
        long zeros = ZEROS.unsafeAddress();
        LibC.memcpy(zeros + COVER_BYTES, zeros, Math.min(length, COVER_BYTES));
    }

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
