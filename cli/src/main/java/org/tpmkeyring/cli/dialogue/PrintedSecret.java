// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.dialogue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.function.Supplier;

/** Writes a secret and a line break to standard output, straight from its direct buffer. */
public final class PrintedSecret implements Dialogue.Sink {
    private final Supplier<WritableByteChannel> output;

    public PrintedSecret(Supplier<WritableByteChannel> output) {
        this.output = output;
    }

    @Override
    public void put(ByteBuffer secret) throws IOException {
        WritableByteChannel channel = output.get();
        ByteBuffer bytes = secret.duplicate();
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
        channel.write(ByteBuffer.allocateDirect(1).put((byte) '\n').flip());
    }
}
