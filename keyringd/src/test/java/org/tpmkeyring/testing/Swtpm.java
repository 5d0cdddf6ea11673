// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.testing;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A private software TPM: swtpm in a temporary directory, listening on a unix socket. {@link #stop()} and
 * {@link #start()} are a power cycle: persistent state stays, PCRs start anew.
 *
 * <p>It serves one connection at a time, but tpm2-tss connects for each command, so tpm2-tools may be
 * run while an adapter has it open. There is no resource manager: three objects and three sessions fit.
 */
public final class Swtpm implements AutoCloseable {
    private static final int WAIT_SECONDS = 20;

    private final Path directory;
    private final List<String> flags;
    private Process process;

    private Swtpm(Path directory, List<String> flags) {
        this.directory = directory;
        this.flags = flags;
    }

    /** A fresh TPM that is started up already. */
    public static Swtpm fresh() throws IOException {
        return withFlags("not-need-init,startup-clear");
    }

    /** A fresh TPM whose PCRs 0 to 7 and 14 have been extended, as a firmware does. */
    public static Swtpm measured() throws IOException {
        Swtpm swtpm = fresh();
        swtpm.measure();
        return swtpm;
    }

    /** A fresh TPM that still waits for TPM2_Startup, as after a reset behind everybody's back. */
    public static Swtpm notStartedUp() throws IOException {
        return withFlags("not-need-init");
    }

    private static Swtpm withFlags(String flags) throws IOException {
        Requires.command("swtpm");
        Swtpm swtpm = new Swtpm(Files.createTempDirectory("swtpm-"), List.of("--flags", flags));
        swtpm.start();
        return swtpm;
    }

    /** Starts a stopped one. */
    public void start() throws IOException {
        List<String> command = new ArrayList<>(List.of(
                "swtpm",
                "socket",
                "--tpm2",
                "--tpmstate",
                "dir=" + directory,
                "--server",
                "type=unixio,path=" + socket(),
                "--ctrl",
                "type=unixio,path=" + control()));
        command.addAll(flags);
        process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("log").toFile())
                .start();
        awaitSockets();
    }

    private void awaitSockets() throws IOException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(WAIT_SECONDS);
        while (run(List.of("swtpm_ioctl", "--unix", control().toString(), "-c")).status() != 0) {
            if (!process.isAlive() || System.nanoTime() > end) {
                throw new IOException("swtpm did not start: " + Files.readString(directory.resolve("log")));
            }
        }
    }

    /** Power off, as abrupt as a power cut. Does nothing to a stopped one. */
    public void stop() throws IOException {
        process.destroyForcibly();
        try {
            if (!process.waitFor(WAIT_SECONDS, TimeUnit.SECONDS)) {
                throw new IOException("swtpm did not end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
        Files.deleteIfExists(socket());
        Files.deleteIfExists(control());
    }

    /** Lets it hang, as a device may: it answers nothing and breaks no connection. */
    public void freeze() throws IOException {
        signal("STOP");
    }

    /** Lets it go on. */
    public void thaw() throws IOException {
        signal("CONT");
    }

    private void signal(String name) throws IOException {
        run(List.of("kill", "-" + name, String.valueOf(process.pid())));
    }

    /** The socket for TPM commands; the control socket is beside it with {@code .ctrl} at the end. */
    public Path socket() {
        return directory.resolve("tpm");
    }

    private Path control() {
        return directory.resolve("tpm.ctrl");
    }

    /** A place for files of tpm2-tools; goes away with the TPM. */
    public Path directory() {
        return directory;
    }

    /** What {@code --tpm2-device} takes. */
    public String tcti() {
        return "swtpm:path=" + socket();
    }

    /** Extends PCRs 0 to 7 and 14, always with the same values: what a firmware does at every boot. */
    public void measure() throws IOException {
        List<String> command = new ArrayList<>(List.of("tpm2_pcrextend"));
        for (int pcr : new int[] {0, 1, 2, 3, 4, 5, 6, 7, 14}) {
            command.add(pcr + ":sha256=" + String.format("%02x", 0xA0 + pcr).repeat(32));
        }
        tool(command.toArray(String[]::new));
    }

    /** Extends a PCR of bank SHA-256 with 32 bytes of this value. */
    public void extend(int pcr, int value) throws IOException {
        tool("tpm2_pcrextend", pcr + ":sha256=" + String.format("%02x", value).repeat(32));
    }

    /**
     * Runs one of tpm2-tools against this TPM, in {@link #directory()}.
     *
     * @return its standard output
     * @throws IOException when it fails
     */
    public String tool(String... command) throws IOException {
        Outcome outcome = tryTool(command);
        if (outcome.status() != 0) {
            throw new IOException(String.join(" ", command) + " failed: " + outcome.errors());
        }
        return outcome.output();
    }

    /** The same, for commands that may fail. */
    public Outcome tryTool(String... command) throws IOException {
        return run(List.of(command));
    }

    private Outcome run(List<String> command) throws IOException {
        Path errors = Files.createTempFile(directory, "stderr", "");
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(directory.toFile()).redirectError(errors.toFile());
        builder.environment().put("TPM2TOOLS_TCTI", tcti());
        builder.environment().put("TSS2_LOG", "all+ERROR");
        Process tool = builder.start();
        tool.getOutputStream().close();
        String output = new String(tool.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        try {
            int status = tool.waitFor();
            String text = Files.readString(errors, StandardCharsets.ISO_8859_1);
            Files.delete(errors);
            return new Outcome(status, output, text);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    /**
     * How a program ended.
     *
     * @param status exit status
     * @param output standard output, one character a byte
     * @param errors standard error
     */
    public record Outcome(int status, String output, String errors) {}

    /** Stops it and forgets its state. */
    @Override
    public void close() throws IOException {
        stop();
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
