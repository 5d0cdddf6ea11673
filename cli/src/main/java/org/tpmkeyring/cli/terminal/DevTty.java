// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.terminal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** The controlling terminal of this process, {@code /dev/tty} (tty(4)). */
public final class DevTty implements Terminal {
    private static final Path TTY = Path.of("/dev/tty");
    private static final int USUAL_COLUMNS = 80;

    @Override
    public boolean present() {
        try (FileChannel tty = open(StandardOpenOption.WRITE)) {
            return tty.isOpen();
        } catch (IOException noTerminal) {
            return false;
        }
    }

    @Override
    public boolean interactive() {
        return StandardStream.IN.isTerminal() && present();
    }

    @Override
    public void show(String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        show(ByteBuffer.allocateDirect(bytes.length).put(bytes).flip());
    }

    @Override
    public void show(ByteBuffer bytes) throws IOException {
        try (FileChannel tty = open(StandardOpenOption.WRITE)) {
            while (bytes.hasRemaining()) {
                tty.write(bytes);
            }
        }
    }

    @Override
    public boolean ask(String question, ByteBuffer into, boolean echo) throws IOException {
        try (FileChannel tty = open(StandardOpenOption.READ)) {
            if (echo) {
                show(question);
                return TerminalLine.read(tty, into);
            }
            EchoOff hidden = EchoOff.begin();
            try {
                show(question);
                return TerminalLine.read(tty, into);
            } finally {
                hidden.close();
                show("\n");
            }
        }
    }

    @Override
    public int columns() {
        try {
            String[] size = Stty.run("size").split(" ", -1);
            int columns = Integer.parseInt(size[size.length - 1]);
            return columns > 0 ? columns : USUAL_COLUMNS;
        } catch (IOException | NumberFormatException e) {
            return USUAL_COLUMNS;
        }
    }

    private static FileChannel open(StandardOpenOption how) throws IOException {
        return FileChannel.open(TTY, how);
    }
}
