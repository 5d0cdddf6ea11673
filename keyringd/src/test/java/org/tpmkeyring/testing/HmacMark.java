// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.testing;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.tpmkeyring.secret.HkdfSha512;
import org.tpmkeyring.secret.SecretBuffer;

/** Stands for ciphertext under a master key in fakes: another master gives another mark. */
final class HmacMark {
    private static final int MARK_BYTES = 32;

    private HmacMark() {}

    /** 64 hex digits. */
    static String of(SecretBuffer master) {
        try (SecretBuffer derived = HkdfSha512.derive(master, "fake".getBytes(StandardCharsets.US_ASCII), MARK_BYTES)) {
            return derived.withBytes(bytes -> {
                byte[] mark = new byte[MARK_BYTES];
                bytes.get(mark);
                return HexFormat.of().formatHex(mark);
            });
        }
    }
}
