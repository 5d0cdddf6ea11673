// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.vault;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.SortedMap;
import org.tpmkeyring.key.KeyRecord;
import org.tpmkeyring.protocol.value.Bytes;

/**
 * The one byte string that a set of fields has, for authentication: a purpose, then the fields in a fixed
 * order. Texts and byte strings are preceded by their length in 4 bytes, numbers and counts take 8, all big
 * endian, so that no two sets of fields share an encoding.
 */
final class CanonicalBytes {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream(512);

    /**
     * @param purpose what the bytes are for, so that those of one purpose never serve another
     */
    CanonicalBytes(String purpose) {
        text(purpose);
    }

    CanonicalBytes text(String value) {
        return octets(value.getBytes(StandardCharsets.UTF_8));
    }

    CanonicalBytes bytes(Bytes value) {
        return octets(value.toArray());
    }

    private CanonicalBytes octets(byte[] value) {
        out.writeBytes(ByteBuffer.allocate(Integer.BYTES).putInt(value.length).array());
        out.writeBytes(value);
        return this;
    }

    CanonicalBytes number(long value) {
        out.writeBytes(ByteBuffer.allocate(Long.BYTES).putLong(value).array());
        return this;
    }

    CanonicalBytes map(SortedMap<String, String> entries) {
        number(entries.size());
        entries.forEach((key, value) -> text(key).text(value));
        return this;
    }

    CanonicalBytes record(KeyRecord key) {
        return text(key.name().text())
                .text(key.target().name())
                .map(key.attributes())
                .number(key.sizeBytes())
                .number(key.created());
    }

    Bytes toBytes() {
        return Bytes.copyOf(out.toByteArray());
    }
}
