// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.protocol.wire;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The header of a secret frame: the number of raw bytes that follow, 32 bit, unsigned, big endian. The bytes
 * themselves never pass through this class.
 */
public final class SecretFrames {
    /** Length of the header. */
    public static final int HEADER_BYTES = 4;

    private SecretFrames() {}

    /**
     * Writes the header of a frame at the buffer's position.
     *
     * @param lengthBytes 0 to {@link Limits#SECRET_BYTES}; 0 stands for "I have none" or "I have it"
     */
    public static void putHeader(ByteBuffer buffer, int lengthBytes) {
        if (lengthBytes < 0 || lengthBytes > Limits.SECRET_BYTES) {
            throw new IllegalArgumentException("no frame is " + lengthBytes + " bytes long");
        }
        buffer.order(ByteOrder.BIG_ENDIAN).putInt(lengthBytes);
    }

    /**
     * Reads a header at the buffer's position.
     *
     * @return 0 to {@link Limits#SECRET_BYTES}
     * @throws MalformedMessageException when it announces more than that
     */
    public static int takeLength(ByteBuffer buffer) throws MalformedMessageException {
        long length = Integer.toUnsignedLong(buffer.order(ByteOrder.BIG_ENDIAN).getInt());
        if (length > Limits.SECRET_BYTES) {
            throw new MalformedMessageException(
                    "", "a frame of " + length + " bytes is announced, the limit is " + Limits.SECRET_BYTES);
        }
        return (int) length;
    }
}
