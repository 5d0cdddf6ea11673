// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.daemon;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A process that runs {@link DaemonUnderTest}. */
final class DaemonProcess implements AutoCloseable {
    final Process process;
    private final BufferedReader log;

    DaemonProcess(List<String> javaOptions, Map<String, String> environment, String... arguments) throws IOException {
        this(List.of(), javaOptions, environment, arguments);
    }

    /**
     * @param wrapper command that runs the one after it, such as setpriv(1)
     */
    DaemonProcess(List<String> wrapper, List<String> javaOptions, Map<String, String> environment, String... arguments)
            throws IOException {
        List<String> command = new ArrayList<>(wrapper);
        // a shell's background job ignores SIGINT, and what ignores it at its start ignores it for good
        command.addAll(List.of("env", "--default-signal=INT"));
        command.add(System.getProperty("java.home") + "/bin/java");
        command.addAll(List.of("-Xshare:auto", "-XX:TieredStopAtLevel=1", "--enable-native-access=ALL-UNNAMED"));
        command.addAll(javaOptions);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), DaemonUnderTest.class.getName()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().remove("NOTIFY_SOCKET");
        builder.environment().putAll(environment);
        process = builder.start();
        log = process.inputReader(UTF_8);
    }

    /** Reads lines up to one with this text. */
    String awaitLine(String text) throws IOException {
        StringBuilder before = new StringBuilder();
        for (String line = log.readLine(); line != null; line = log.readLine()) {
            if (line.contains(text)) {
                return line;
            }
            before.append(line).append('\n');
        }
        throw new IOException("the daemon ended without '" + text + "':\n" + before);
    }

    /** All lines up to the end of the process. */
    List<String> rest() throws IOException {
        List<String> lines = new ArrayList<>();
        for (String line = log.readLine(); line != null; line = log.readLine()) {
            lines.add(line);
        }
        return lines;
    }

    /** Sends a signal by number, as kill(1) does. */
    void signal(int number) throws IOException, InterruptedException {
        int status = new ProcessBuilder("kill", "-" + number, String.valueOf(process.pid()))
                .inheritIO()
                .start()
                .waitFor();
        if (status != 0) {
            throw new IOException("kill ended with " + status);
        }
    }

    /** Lets the wrapper of {@code activate.py} begin the next life. */
    void nextLife() throws IOException {
        process.outputWriter(UTF_8).append('\n').flush();
    }

    int awaitExit(int seconds) throws InterruptedException {
        if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
            throw new AssertionError("the daemon did not end within " + seconds + " s");
        }
        return process.exitValue();
    }

    /** SIGKILL; with {@code activate.py} goes the life that it started. */
    @Override
    public void close() {
        process.destroyForcibly();
        process.onExit().join();
    }
}
