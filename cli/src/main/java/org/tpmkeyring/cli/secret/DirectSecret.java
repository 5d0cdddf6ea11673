// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.secret;

import java.nio.ByteBuffer;

/**
 * A secret outside the Java heap, overwritten with zeros on close. Whoever holds one closes it; the
 * buffer it lends must not be kept.
 */
public final class DirectSecret implements AutoCloseable {
    private final ByteBuffer buffer;

    private DirectSecret(int capacityBytes) {
        this.buffer = ByteBuffer.allocateDirect(capacityBytes);
    }

    /** Room for a secret of at most this many bytes; nothing of it is filled yet. */
    public static DirectSecret allocate(int capacityBytes) {
        return new DirectSecret(capacityBytes);
    }

    /** The memory itself; position and limit are the caller's to set. */
    public ByteBuffer buffer() {
        return buffer;
    }

    /** The same from position to limit in memory of its own, the caller's to close. */
    public DirectSecret copy() {
        DirectSecret copy = allocate(buffer.remaining());
        copy.buffer.put(buffer.duplicate()).flip();
        return copy;
    }

    /** Overwrites everything. May be called again. */
    @Override
    public void close() {
        wipe(buffer);
    }

    /** Overwrites a whole buffer, whatever its position and limit are, and leaves it empty. */
    public static void wipe(ByteBuffer buffer) {
        buffer.clear();
        while (buffer.remaining() >= Long.BYTES) {
            buffer.putLong(0L);
        }
        while (buffer.hasRemaining()) {
            buffer.put((byte) 0);
        }
        buffer.position(0).limit(0);
    }

    /** Tells no contents. */
    @Override
    public String toString() {
        return "DirectSecret[" + buffer.capacity() + " bytes at most]";
    }
}
