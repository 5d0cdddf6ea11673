// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.systemd;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * An entry in systemd's Native Journal Protocol: {@code NAME=value} and a line end for each field, or, where the
 * value has line ends, the name, a line end, the length as 64 bits in little endian, the value and a line end.
 */
final class JournalEntry {
    private static final int LONGEST_VALUE = 32 * 1024;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    /**
     * @param name upper-case letters, digits and underscores
     * @param value cut where it is longer than 32 KiB, so that the entry fits into a datagram
     */
    JournalEntry field(String name, String value) {
        byte[] text = value.getBytes(StandardCharsets.UTF_8);
        int length = Math.min(text.length, LONGEST_VALUE);
        bytes.writeBytes(name.getBytes(StandardCharsets.US_ASCII));
        if (value.indexOf('\n') >= 0) {
            ByteBuffer size = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            bytes.write('\n');
            bytes.writeBytes(size.putLong(length).array());
        } else {
            bytes.write('=');
        }
        bytes.write(text, 0, length);
        bytes.write('\n');
        return this;
    }

    byte[] toBytes() {
        return bytes.toByteArray();
    }
}
