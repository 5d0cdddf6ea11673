// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.target;

import java.nio.ByteBuffer;
import org.tpmkeyring.secret.SecretBuffer;

/** Passphrases: whoever types one elsewhere cannot type a control character there. */
final class Typeable {
    private static final int DELETE = 0x7f;

    private Typeable() {}

    /**
     * @throws org.tpmkeyring.protocol.KeyringException BAD_ARGUMENT
     */
    static void require(SecretBuffer passphrase) {
        if (passphrase.withBytes(Typeable::hasControlCharacter)) {
            throw Refusal.argument("--key-file", "a passphrase has no line breaks or other control characters");
        }
    }

    private static boolean hasControlCharacter(ByteBuffer bytes) {
        while (bytes.hasRemaining()) {
            int c = bytes.get() & 0xff;
            if (c < ' ' || c == DELETE) {
                return true;
            }
        }
        return false;
    }
}
