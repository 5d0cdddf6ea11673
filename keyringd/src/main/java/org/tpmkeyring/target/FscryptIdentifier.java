// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.target;

import java.nio.charset.StandardCharsets;
import org.tpmkeyring.protocol.value.Bytes;
import org.tpmkeyring.secret.HkdfSha512;
import org.tpmkeyring.secret.SecretBuffer;

/**
 * The identifier that fscrypt gives a v2 key: 16 bytes of HKDF-SHA512 under the context
 * HKDF_CONTEXT_KEY_IDENTIFIER (fs/crypto/hkdf.c, fs/crypto/fscrypt_private.h). It is known without a
 * file system at hand.
 */
public final class FscryptIdentifier {
    /** Length of an identifier (FSCRYPT_KEY_IDENTIFIER_SIZE in linux/fscrypt.h). */
    public static final int SIZE_BYTES = 16;

    private static final byte[] INFO = "fscrypt\0\1".getBytes(StandardCharsets.US_ASCII);

    private FscryptIdentifier() {}

    /**
     * @param raw the key, 16 to 64 bytes; stays the caller's
     */
    public static Bytes of(SecretBuffer raw) {
        try (SecretBuffer derived = HkdfSha512.derive(raw, INFO, SIZE_BYTES)) {
            return PublicPart.of(derived, 0, SIZE_BYTES);
        }
    }
}
