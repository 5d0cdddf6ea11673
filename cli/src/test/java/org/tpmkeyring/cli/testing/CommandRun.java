// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.testing;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.tpmkeyring.cli.Host;
import org.tpmkeyring.cli.Main;

/** Runs a command line in this process with surroundings of the test's choice. */
public final class CommandRun {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final Map<String, String> environment = new HashMap<>();
    private final ScriptedTerminal terminal = new ScriptedTerminal();
    private byte[] input = new byte[0];
    private Duration limit = Duration.ofSeconds(20);
    private Path root = Path.of("/");
    private final FastPatience patience = new FastPatience();
    private boolean terminals;
    private int status = -1;

    public CommandRun socket(Path socket) {
        environment.put("TPM_KEYRING_SOCKET", socket.toString());
        return this;
    }

    public CommandRun environment(String name, String value) {
        environment.put(name, value);
        return this;
    }

    public CommandRun input(byte[] bytes) {
        input = bytes.clone();
        return this;
    }

    public CommandRun limit(Duration longest) {
        limit = longest;
        return this;
    }

    public CommandRun root(Path directory) {
        root = directory;
        return this;
    }

    /** Standard output and error are a terminal too. */
    public CommandRun onTerminal() {
        terminals = true;
        environment.put("TERM", "xterm");
        return this;
    }

    /** The person at the terminal. */
    public ScriptedTerminal terminal() {
        return terminal;
    }

    /** Runs the words after {@code tpm-keyring}. */
    public CommandRun run(String... words) {
        PrintStream stdout = new PrintStream(out, true, StandardCharsets.UTF_8);
        PrintStream stderr = new PrintStream(err, true, StandardCharsets.UTF_8);
        status = Main.run(
                words,
                new Host(
                        stdout,
                        stderr,
                        new TestChannels(),
                        environment,
                        terminal,
                        terminals,
                        terminals,
                        root,
                        limit,
                        patience.patience()));
        return this;
    }

    public int status() {
        return status;
    }

    public String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    public String err() {
        return err.toString(StandardCharsets.UTF_8);
    }

    private final class TestChannels implements Host.OnDemand {
        @Override
        public ReadableByteChannel input() {
            return Channels.newChannel(new ByteArrayInputStream(input));
        }

        @Override
        public WritableByteChannel output() {
            return Channels.newChannel(out);
        }

        @Override
        public long uid() {
            return 0;
        }
    }
}
