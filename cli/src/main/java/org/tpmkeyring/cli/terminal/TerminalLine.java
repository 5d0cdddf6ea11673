// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.terminal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;

/** Reads a line into a direct buffer, byte by byte, so that nothing after it is taken along. */
final class TerminalLine {
    private TerminalLine() {}

    /** See {@link Terminal#ask}. */
    static boolean read(ReadableByteChannel input, ByteBuffer into) throws IOException {
        into.clear();
        ByteBuffer one = ByteBuffer.allocateDirect(1);
        boolean tooLong = false;
        boolean any = false;
        while (input.read(one.clear()) > 0) {
            any = true;
            byte next = one.get(0);
            if (next == '\n') {
                break;
            }
            if (into.hasRemaining()) {
                into.put(next);
            } else {
                tooLong = true;
            }
        }
        one.put(0, (byte) 0);
        into.flip();
        if (tooLong) {
            throw new IOException("what was typed is longer than " + into.capacity() + " bytes");
        }
        return any;
    }
}
