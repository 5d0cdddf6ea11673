// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.testing;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import org.tpmkeyring.cli.terminal.Terminal;

/** A person who types what was written down before. Without any lines there is no terminal at all. */
public final class ScriptedTerminal implements Terminal {
    private final Deque<String> lines = new ArrayDeque<>();
    private final StringBuilder seen = new StringBuilder();
    private boolean present;
    private Closeable meanwhile = () -> {};

    /** The next thing the person types. */
    public ScriptedTerminal typing(String line) {
        present = true;
        lines.add(line);
        return this;
    }

    /** What happens before the person types the last line. */
    public ScriptedTerminal meanwhile(Closeable event) {
        meanwhile = event;
        return this;
    }

    /** There is a terminal, and nobody types. */
    public ScriptedTerminal silent() {
        present = true;
        return this;
    }

    /** Everything on the screen; typing with echo is in angle brackets, without it there are stars. */
    public String seen() {
        return seen.toString();
    }

    @Override
    public boolean present() {
        return present;
    }

    @Override
    public boolean interactive() {
        return present;
    }

    @Override
    public void show(String text) {
        seen.append(text);
    }

    @Override
    public void show(ByteBuffer bytes) {
        seen.append(StandardCharsets.UTF_8.decode(bytes));
    }

    @Override
    public boolean ask(String question, ByteBuffer into, boolean echo) throws IOException {
        seen.append(question);
        into.clear();
        if (lines.size() == 1) {
            meanwhile.close();
        }
        String line = lines.poll();
        if (line == null) {
            into.flip();
            return false;
        }
        seen.append(echo ? "<" + line + ">" : "****").append('\n');
        byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > into.capacity()) {
            throw new IOException("what was typed is longer than " + into.capacity() + " bytes");
        }
        into.put(bytes).flip();
        return true;
    }

    @Override
    public int columns() {
        return 80;
    }
}
