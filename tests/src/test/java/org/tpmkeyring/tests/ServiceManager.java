// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.tests;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * What systemd is to a keyringd of {@code dist/}: it binds the socket and keeps it from one life of the daemon to
 * the next, and hears what the daemon says of itself. It is {@code activate.py}, which shares no code with ours.
 */
final class ServiceManager implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 60;

    private final Process process;
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
    private long daemon;

    private ServiceManager(Process process) {
        this.process = process;
        Thread reader = new Thread(this::read, "service-manager");
        reader.setDaemon(true);
        reader.start();
    }

    /**
     * Begins the first life.
     *
     * @param lives how often the daemon may be started
     * @param watchdogMicros WATCHDOG_USEC
     */
    static ServiceManager start(Machine machine, int lives, long watchdogMicros) throws IOException {
        Path script = Dist.clone("keyringd/src/test/resources/activate.py");
        ProcessBuilder builder = new ProcessBuilder(
                        "python3",
                        script.toString(),
                        String.valueOf(lives),
                        "varlink=listen:" + machine.socket(),
                        "--",
                        Dist.program("keyringd").toString(),
                        "--tpm2-device=" + machine.tpm().tcti(),
                        "--state-dir=" + machine.state(),
                        "--socket=" + machine.file("unused"))
                .redirectErrorStream(true);
        builder.environment().put("NOTIFY_SOCKET", machine.file("notify").toString());
        builder.environment().put("WATCHDOG_USEC", String.valueOf(watchdogMicros));
        ServiceManager manager = new ServiceManager(builder.start());
        manager.awaitLife(1);
        return manager;
    }

    private void read() {
        try (BufferedReader said = process.inputReader(StandardCharsets.UTF_8)) {
            said.lines().forEach(lines::add);
        } catch (IOException e) {
            lines.add("the service manager is lost: " + e.getMessage());
        }
    }

    private void awaitLife(int life) throws IOException {
        String begun = await("life " + life + " pid ");
        daemon = Long.parseLong(begun.substring(begun.lastIndexOf(' ') + 1));
    }

    /** The next line with this text; those before it are dropped. */
    String await(String text) throws IOException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (true) {
            String line = next(end - System.nanoTime());
            if (line == null) {
                throw new IOException("nobody said '" + text + "'");
            }
            if (line.contains(text)) {
                return line;
            }
        }
    }

    private String next(long nanos) throws IOException {
        try {
            return lines.poll(Math.max(0, nanos), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    /** Every line of some time. */
    List<String> listen(int seconds) throws IOException {
        List<String> heard = new ArrayList<>();
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        for (String line = next(end - System.nanoTime()); line != null; line = next(end - System.nanoTime())) {
            heard.add(line);
        }
        return heard;
    }

    /** Sends the daemon a signal, such as KILL, and waits for its end. */
    String end(String signal) throws IOException {
        Program.of("kill", "-" + signal, String.valueOf(daemon)).run().ok();
        String end = await("end ");
        daemon = 0;
        return end;
    }

    void nextLife(int life) throws IOException {
        process.outputWriter(StandardCharsets.UTF_8).append('\n').flush();
        awaitLife(life);
    }

    @Override
    public void close() throws IOException {
        try {
            if (daemon != 0) {
                end("TERM");
            }
        } finally {
            process.destroyForcibly();
        }
    }
}
