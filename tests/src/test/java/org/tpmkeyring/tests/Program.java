// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.tests;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A program to run to its end, as any user, with any input. Immutable. */
final class Program {
    private static final int LONGEST_SECONDS = 120;

    private final List<String> command;
    private final Map<String, String> environment;
    private final byte[] input;

    private Program(List<String> command, Map<String, String> environment, byte[] input) {
        this.command = List.copyOf(command);
        this.environment = Map.copyOf(environment);
        this.input = input;
    }

    static Program of(String... command) {
        return new Program(List.of(command), Map.of(), new byte[0]);
    }

    /** The same with more arguments. */
    Program with(String... arguments) {
        List<String> longer = new ArrayList<>(command);
        longer.addAll(List.of(arguments));
        return new Program(longer, environment, input);
    }

    /** The same with a variable in its environment. */
    Program env(String name, String value) {
        Map<String, String> more = new HashMap<>(environment);
        more.put(name, value);
        return new Program(command, more, input);
    }

    /** The same with this on its standard input. */
    Program input(byte[] bytes) {
        return new Program(command, environment, bytes);
    }

    Program input(String text) {
        return input(text.getBytes(StandardCharsets.UTF_8));
    }

    /** The same, run by another user, who need not be in /etc/passwd. */
    Program as(long uid) {
        List<String> longer = new ArrayList<>(
                List.of("setpriv", "--reuid=" + uid, "--regid=" + uid, "--clear-groups", "--inh-caps=-all", "--"));
        longer.addAll(command);
        return new Program(longer, environment, input);
    }

    /** The same in a session keyring of its own that has the caller's user keyring in it, as after a login. */
    Program inSession() {
        List<String> longer = new ArrayList<>(
                List.of("keyctl", "session", "-", "sh", "-c", "keyctl link @u @s; exec \"$@\" 2>&3", "sh"));
        longer.addAll(command);
        List<String> outer = new ArrayList<>(List.of("sh", "-c", "exec 3>&2; exec \"$@\" 2>/dev/null", "sh"));
        outer.addAll(longer);
        return new Program(outer, environment, input);
    }

    /** Runs it and waits for its end. */
    Outcome run() throws IOException {
        Path errors = Files.createTempFile("stderr-", "");
        try {
            ProcessBuilder builder = new ProcessBuilder(command).redirectError(errors.toFile());
            builder.environment().putAll(environment);
            Process process = builder.start();
            feed(process);
            byte[] output = process.getInputStream().readAllBytes();
            if (!process.waitFor(LONGEST_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IOException(this + " did not end");
            }
            return new Outcome(toString(), process.exitValue(), output, Files.readString(errors));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        } finally {
            Files.delete(errors);
        }
    }

    private void feed(Process process) throws IOException {
        try (OutputStream in = process.getOutputStream()) {
            in.write(input);
        } catch (IOException e) {
            if (process.isAlive()) {
                throw e;
            }
        }
    }

    @Override
    public String toString() {
        return String.join(" ", command);
    }
}
