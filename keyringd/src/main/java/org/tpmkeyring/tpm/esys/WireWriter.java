// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.tpm.esys;

import java.nio.ByteBuffer;
import org.tpmkeyring.protocol.value.Bytes;

/**
 * Builds canonical TPM wire bytes: big-endian, 4096 bytes at most. Chained; never for secrets.
 *
 * <p>Source: TPM 2.0 Library, part 1, 4.43 (canonical form).
 */
final class WireWriter {
    static final int MAX_BYTES = 4096;

    private final ByteBuffer buffer = ByteBuffer.allocate(MAX_BYTES);

    WireWriter u8(int value) {
        return checked(value, 0xFFL, 1, () -> buffer.put((byte) value));
    }

    WireWriter u16(int value) {
        return checked(value, 0xFFFFL, 2, () -> buffer.putShort((short) value));
    }

    WireWriter u32(long value) {
        return checked(value, 0xFFFF_FFFFL, 4, () -> buffer.putInt((int) value));
    }

    WireWriter raw(Bytes value) {
        return checked(0, 0, value.length(), () -> buffer.put(value.toArray()));
    }

    /** A TPM2B: 16-bit size, then the bytes. */
    WireWriter sized(Bytes value) {
        return u16(value.length()).raw(value);
    }

    private WireWriter checked(long value, long max, int length, Runnable write) {
        if (value < 0 || value > max) {
            throw new IllegalArgumentException(value + " does not fit its field");
        }
        if (length > buffer.remaining()) {
            throw new IllegalArgumentException("a TPM structure has at most " + MAX_BYTES + " bytes");
        }
        write.run();
        return this;
    }

    Bytes bytes() {
        byte[] written = new byte[buffer.position()];
        buffer.duplicate().flip().get(written);
        return Bytes.copyOf(written);
    }
}
