// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.testing;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Writer;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.tpmkeyring.secret.SecretBuffer;

/** Searches this process's memory from outside, so that the search does not find itself. */
public final class MemoryWatch implements AutoCloseable {
    private final Process python;
    private final Writer commands;
    private final BufferedReader answers;

    public MemoryWatch() throws IOException {
        python = new ProcessBuilder(
                        "python3",
                        script(),
                        String.valueOf(ProcessHandle.current().pid()))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        commands = python.outputWriter(StandardCharsets.US_ASCII);
        answers = new BufferedReader(new InputStreamReader(python.getInputStream(), StandardCharsets.US_ASCII));
    }

    private static String script() throws IOException {
        try {
            return Path.of(MemoryWatch.class.getResource("/memory_scan.py").toURI())
                    .toString();
        } catch (URISyntaxException e) {
            throw new IOException("the test resource memory_scan.py is no file", e);
        }
    }

    /** Remembers the contents of a secret. */
    public void learn(SecretBuffer secret) throws IOException {
        ask("learn " + secret.unsafeAddress() + " " + secret.size());
    }

    /** How many copies of what was learnt are in memory now. */
    public int copies() throws IOException {
        return Integer.parseInt(ask("count"));
    }

    private String ask(String command) throws IOException {
        commands.write(command + "\n");
        commands.flush();
        String answer = answers.readLine();
        if (answer == null) {
            throw new IOException("memory_scan.py ended early");
        }
        return answer;
    }

    @Override
    public void close() {
        python.destroyForcibly();
    }
}
