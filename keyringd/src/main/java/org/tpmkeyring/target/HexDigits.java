// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.target;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.tpmkeyring.secret.SecretBuffer;

/** Secrets as text that a person could type, made and checked in native memory. */
final class HexDigits {
    private static final byte[] DIGITS = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

    private HexDigits() {}

    /** Two lower-case digits for every byte; the caller owns them. */
    static SecretBuffer of(SecretBuffer random) {
        SecretBuffer digits = SecretBuffer.allocate(2 * random.size());
        return random.withBytes(from -> digits.withBytes(to -> {
            while (from.hasRemaining()) {
                int octet = from.get();
                to.put(DIGITS[octet >> 4 & 0x0f]).put(DIGITS[octet & 0x0f]);
            }
            return digits;
        }));
    }

    /** Whether there is nothing but hex digits of either case. */
    static boolean areAll(SecretBuffer text) {
        return text.withBytes(HexDigits::areAll);
    }

    private static boolean areAll(ByteBuffer text) {
        boolean all = true;
        while (text.hasRemaining()) {
            int c = text.get() & 0xff;
            all &= (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
        }
        return all;
    }
}
