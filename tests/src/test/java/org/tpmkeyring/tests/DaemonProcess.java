// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.tests;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A keyringd of {@code dist/} as a process of its own. */
final class DaemonProcess implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String READY = "ready at ";

    private final Process process;
    private final Path log;
    private final Path socket;

    private DaemonProcess(Process process, Path log, Path socket) {
        this.process = process;
        this.log = log;
        this.socket = socket;
    }

    /**
     * Starts one and waits until it serves.
     *
     * @param wrapper command line before the daemon's own, such as strace's; usually empty
     * @param javaFlags flags for its JVM
     */
    static DaemonProcess start(String tcti, Path home, List<String> wrapper, String javaFlags) throws IOException {
        Path socket = home.resolve("socket");
        List<String> command = new ArrayList<>(wrapper);
        command.addAll(List.of(
                Dist.program("keyringd").toString(),
                "--tpm2-device=" + tcti,
                "--state-dir=" + home.resolve("state"),
                "--socket=" + socket));
        Path log = home.resolve("keyringd.log");
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().put("KEYRINGD_JAVA_FLAGS", javaFlags);
        long sizeBefore = Files.exists(log) ? Files.size(log) : 0;
        DaemonProcess daemon = new DaemonProcess(builder.start(), log, socket);
        daemon.awaitReady(sizeBefore);
        return daemon;
    }

    private void awaitReady(long sizeBefore) throws IOException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!Files.readString(log).substring((int) sizeBefore).contains(READY)) {
            if (!process.isAlive() || System.nanoTime() > end) {
                process.destroyForcibly();
                throw new IOException("keyringd did not start: " + Files.readString(log));
            }
            pause();
        }
    }

    private static void pause() throws IOException {
        try {
            TimeUnit.MILLISECONDS.sleep(5);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    Path socket() {
        return socket;
    }

    /** Process id of what was started: the daemon, or the wrapper around it. */
    long pid() {
        return process.pid();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** All it wrote to stdout and stderr, earlier lives in the same directory included. */
    String log() throws IOException {
        return Files.readString(log);
    }

    /**
     * SIGTERM.
     *
     * @return its exit status
     */
    int stop() throws IOException {
        process.destroy();
        return awaitEnd();
    }

    /** SIGKILL. */
    void kill() throws IOException {
        process.destroyForcibly();
        awaitEnd();
    }

    /** Waits until it ends by itself. */
    int awaitEnd() throws IOException {
        try {
            if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IOException("keyringd did not end: " + Files.readString(log));
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    /** Stops it if it still runs. */
    @Override
    public void close() throws IOException {
        stop();
    }
}
