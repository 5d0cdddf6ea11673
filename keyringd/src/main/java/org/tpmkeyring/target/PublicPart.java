// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.target;

import org.tpmkeyring.protocol.value.Bytes;
import org.tpmkeyring.secret.SecretBuffer;

/** Takes what is public out of native memory: identifiers, signatures, text that the kernel encrypted. */
final class PublicPart {
    private PublicPart() {}

    /** Bytes {@code from} to {@code from + length}, which are no secret. */
    static Bytes of(SecretBuffer memory, int from, int length) {
        return memory.withBytes(bytes -> {
            byte[] part = new byte[length];
            bytes.get(from, part);
            return Bytes.copyOf(part);
        });
    }
}
