// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.tpm.esys;

import java.nio.ByteBuffer;
import org.tpmkeyring.protocol.value.Bytes;

/**
 * Takes canonical TPM wire bytes apart: every length is checked before it is believed, and nothing above
 * 4096 bytes is looked at, because stored blobs and answers of a TPM may be anybody's.
 */
final class WireReader {
    private final ByteBuffer buffer;

    /** The bytes are not what they should be. */
    static final class MalformedException extends Exception {
        private static final long serialVersionUID = 1L;

        MalformedException(String reason) {
            super(reason);
        }
    }

    WireReader(Bytes wire) throws MalformedException {
        if (wire.length() > WireWriter.MAX_BYTES) {
            throw new MalformedException("it has " + wire.length() + " bytes, no TPM structure has that many");
        }
        buffer = ByteBuffer.wrap(wire.toArray());
    }

    int u8() throws MalformedException {
        need(1);
        return buffer.get() & 0xFF;
    }

    int u16() throws MalformedException {
        need(2);
        return buffer.getShort() & 0xFFFF;
    }

    long u32() throws MalformedException {
        need(4);
        return buffer.getInt() & 0xFFFF_FFFFL;
    }

    /** 64 bits; the numbers that TPMs tell in these stay far below the sign. */
    long u64() throws MalformedException {
        need(8);
        return buffer.getLong();
    }

    /** A count of 32 bits that must not be above what the rest could hold. */
    int count(int entryBytes) throws MalformedException {
        long count = u32();
        if (count * entryBytes > buffer.remaining()) {
            throw new MalformedException("it promises " + count + " entries and is too short for them");
        }
        return (int) count;
    }

    Bytes raw(int length) throws MalformedException {
        need(length);
        byte[] taken = new byte[length];
        buffer.get(taken);
        return Bytes.copyOf(taken);
    }

    /** A TPM2B: 16-bit size, then the bytes. */
    Bytes sized() throws MalformedException {
        return raw(u16());
    }

    int remaining() {
        return buffer.remaining();
    }

    void end() throws MalformedException {
        if (buffer.hasRemaining()) {
            throw new MalformedException("it has " + buffer.remaining() + " bytes too many");
        }
    }

    private void need(int length) throws MalformedException {
        if (length > buffer.remaining()) {
            throw new MalformedException("it ends too early");
        }
    }
}
