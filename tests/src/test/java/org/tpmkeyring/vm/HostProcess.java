// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.vm;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A program on the host whose output goes to a file. It never outlives these tests. */
final class HostProcess implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final List<String> command;
    private final Path log;
    private final Process process;
    private final Thread end;

    /** Starts it. */
    HostProcess(List<String> command, Path log) throws IOException {
        this.command = List.copyOf(command);
        this.log = log;
        process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectOutput(log.toFile())
                .start();
        end = new Thread(process::destroyForcibly);
        Runtime.getRuntime().addShutdownHook(end);
    }

    /**
     * Runs one to its end.
     *
     * @throws IOException when it does not end soon, or not with 0
     */
    static void run(String... command) throws IOException {
        Path log = Files.createTempFile("host-", ".log");
        try (HostProcess process = new HostProcess(List.of(command), log)) {
            if (!process.awaitEnd(PATIENCE) || process.process.exitValue() != 0) {
                throw new IOException(process.trouble());
            }
        } finally {
            Files.delete(log);
        }
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Whether it ended within this time. */
    boolean awaitEnd(Duration limit) throws IOException {
        try {
            return process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    /**
     * Waits for a socket or file that it makes.
     *
     * @throws IOException when it ends before, or takes long
     */
    void awaitFile(Path file) throws IOException {
        long last = System.nanoTime() + PATIENCE.toNanos();
        while (Files.notExists(file)) {
            if (System.nanoTime() > last || awaitEnd(Duration.ofMillis(20))) {
                throw new IOException(trouble());
            }
        }
    }

    private String trouble() throws IOException {
        String state = process.isAlive() ? " does not get on: " : " ended with " + process.exitValue() + ": ";
        return String.join(" ", command) + state + Files.readString(log, StandardCharsets.UTF_8);
    }

    /** Kills it when it is still there. */
    @Override
    public void close() throws IOException {
        process.destroyForcibly();
        if (!awaitEnd(PATIENCE)) {
            throw new IOException(trouble());
        }
        if (Thread.currentThread() != end) {
            removeHook();
        }
    }

    private void removeHook() {
        try {
            Runtime.getRuntime().removeShutdownHook(end);
        } catch (IllegalStateException e) {
            // the JVM ends already
        }
    }
}
