// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.dialogue;

import java.nio.ByteBuffer;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.KeyringException;

/** Stands in for the protocol's own class until that is merged. */
final class RecoveryKeyText {
    private static final String DIGITS = "cbdefghijklnrtuv";

    private RecoveryKeyText() {}

    static void format(ByteBuffer key, ByteBuffer ascii) {
        for (int group = 0; group < 8; group++) {
            int sum = 0;
            for (int i = 0; i < 4; i++) {
                int b = key.get() & 0xff;
                sum += (b >> 4) + (b & 15);
                ascii.put((byte) DIGITS.charAt(b >> 4)).put((byte) DIGITS.charAt(b & 15));
            }
            ascii.put((byte) DIGITS.charAt(sum & 15));
            if (group < 7) {
                ascii.put((byte) '-');
            }
        }
    }

    static void parse(ByteBuffer ascii, ByteBuffer key) {
        for (int group = 0; group < 8; group++) {
            int sum = 0;
            for (int i = 0; i < 4; i++) {
                int high = DIGITS.indexOf(ascii.get());
                int low = DIGITS.indexOf(ascii.get());
                sum += high + low;
                key.put((byte) (high << 4 | low));
            }
            if (DIGITS.indexOf(ascii.get()) != (sum & 15)) {
                throw KeyringException.of(ErrorKind.BAD_RECOVERY_KEY)
                        .with("reason", "group " + (group + 1) + " has a typo")
                        .build();
            }
            if (group < 7 && ascii.get(ascii.position()) == '-') {
                ascii.get();
            }
        }
    }
}
