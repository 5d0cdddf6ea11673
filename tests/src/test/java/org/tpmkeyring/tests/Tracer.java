// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.tests;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.tpmkeyring.testing.Requires;

/** strace(1), attached to all threads of a running daemon. */
final class Tracer implements AutoCloseable {
    private static final int PATIENCE_SECONDS = 30;

    private final Process strace;
    private final Path record;

    private Tracer(Process strace, Path record) {
        this.strace = strace;
        this.record = record;
    }

    /**
     * Attaches and waits until every thread is traced.
     *
     * @param record file for what is traced
     * @param options what to trace and to inject
     */
    static Tracer attach(DaemonProcess daemon, Path record, String... options) throws IOException {
        Requires.root();
        Requires.command("strace");
        List<String> command = new ArrayList<>(
                List.of("strace", "-f", "-qq", "-p", Long.toString(daemon.pid()), "-o", record.toString()));
        command.addAll(List.of(options));
        Process strace = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        Tracer tracer = new Tracer(strace, record);
        tracer.await(() -> isTraced(daemon.pid()));
        return tracer;
    }

    private static boolean isTraced(long pid) throws IOException {
        try (Stream<Path> threads = Files.list(Path.of("/proc", Long.toString(pid), "task"))) {
            for (Path thread : threads.toList()) {
                if (Files.readString(thread.resolve("status")).contains("TracerPid:\t0\n")) {
                    return false;
                }
            }
            return true;
        }
    }

    /** Waits until the record holds this. */
    void awaitRecord(String text) throws IOException {
        await(() -> Files.exists(record) && Files.readString(record).contains(text));
    }

    /** Something to wait for. */
    private interface Condition {
        boolean holds() throws IOException;
    }

    private void await(Condition condition) throws IOException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (!condition.holds()) {
            if (System.nanoTime() > end || !strace.isAlive()) {
                strace.destroyForcibly();
                throw new AssertionError("strace did not see it happen");
            }
        }
    }

    /** Detaches: the daemon goes on without being traced. */
    @Override
    public void close() throws IOException {
        strace.destroy();
        try {
            if (!strace.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                strace.destroyForcibly();
                throw new IOException("strace did not end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }
}
