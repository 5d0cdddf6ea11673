// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.kernel.keyctl;

import java.nio.charset.StandardCharsets;
import org.tpmkeyring.kernel.EncryptedKeyShape;
import org.tpmkeyring.kernel.KernelException;
import org.tpmkeyring.kernel.KernelKeyType;
import org.tpmkeyring.protocol.value.Bytes;
import org.tpmkeyring.secret.SecretBuffer;

/**
 * {@code encrypted} keys (security/keys/encrypted-keys/encrypted.c). The kernel looks for the master by
 * description in the keyrings of the calling thread, the process keyring before the session keyring; there it
 * lies for the time of one call. For use on the keyring thread.
 */
final class EncryptedKeys {
    /** A valid description for every format: eCryptfs wants 16 hex digits. */
    private static final String TEMPORARY = "0000000000000000";

    /** Makes a key with a random payload and returns what the kernel exports of it. */
    Bytes make(EncryptedKeyShape shape, SecretBuffer master) throws KernelException {
        int masterSerial = Keyctl.add(KernelKeyType.USER, shape.masterDescription(), master);
        try {
            String order = "new " + shape.format() + " user:" + shape.masterDescription() + " " + shape.sizeBytes();
            int serial = Keyctl.add(KernelKeyType.ENCRYPTED, TEMPORARY, ascii(order));
            try {
                return Keyctl.read(serial);
            } finally {
                discard(serial);
            }
        } finally {
            discard(masterSerial);
        }
    }

    /** Loads an export into the process keyring and returns the serial. */
    int load(String description, EncryptedKeyShape shape, Bytes exported, SecretBuffer master) throws KernelException {
        int masterSerial = Keyctl.add(KernelKeyType.USER, shape.masterDescription(), master);
        try {
            String text = new String(exported.toArray(), StandardCharsets.US_ASCII);
            return Keyctl.add(KernelKeyType.ENCRYPTED, description, ascii("load " + text));
        } finally {
            discard(masterSerial);
        }
    }

    private static void discard(int serial) {
        Keyctl.invalidate(serial);
        Keyctl.unlinkOwn(serial);
    }

    private static Bytes ascii(String text) {
        return Bytes.copyOf(text.getBytes(StandardCharsets.US_ASCII));
    }
}
