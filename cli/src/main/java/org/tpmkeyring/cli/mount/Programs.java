// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.mount;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.KeyringException;

/** Runs programs with arguments, never a command line, and ends those that take too long. */
public final class Programs {
    private static final String DEFAULT_PATH = "/usr/sbin:/usr/bin:/sbin:/bin";

    /** Where mount(8) and zfs(8) are, whatever the PATH of an unprivileged shell was. */
    private static final String SYSTEM_FOLDERS = ":/usr/sbin:/sbin";

    /** Time to end by SIGTERM before SIGKILL comes, and to be gone after that. */
    private static final Duration GRACE = Duration.ofSeconds(1);

    private static final int MOST_OUTPUT_BYTES = 16_384;

    private final String path;

    /**
     * @param environment whose PATH is searched
     */
    public Programs(Map<String, String> environment) {
        this.path = environment.getOrDefault("PATH", DEFAULT_PATH) + SYSTEM_FOLDERS;
    }

    /**
     * How a program ended.
     *
     * @param status its exit status; 128 and more after a signal
     * @param out what it printed
     * @param err what it complained of
     */
    record Result(int status, String out, String err) {
        boolean done() {
            return status == 0;
        }

        /** Its complaint in one sentence: the lines that are not the wrapper's, one after the other. */
        String complaint() {
            List<String> lines = err.lines()
                    .map(String::strip)
                    .filter(line -> !line.isEmpty() && !line.startsWith("Joined session keyring"))
                    .limit(3)
                    .toList();
            return lines.isEmpty() ? "it ended with status " + status : String.join("; ", lines);
        }
    }

    private Optional<Path> find(String program) {
        return Stream.of(path.split(File.pathSeparator, -1))
                .filter(folder -> !folder.isEmpty())
                .map(folder -> Path.of(folder, program))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /**
     * @param suite Debian package that has the program
     * @throws KeyringException NOT_SUPPORTED when the program is not installed
     */
    void require(String program, String suite) {
        if (find(program).isEmpty()) {
            throw KeyringException.of(ErrorKind.NOT_SUPPORTED)
                    .with("what", "this")
                    .with("reason", "the program " + program + " is not installed")
                    .with("hint", "sudo apt-get install " + suite)
                    .build();
        }
    }

    /**
     * Runs a program to its end.
     *
     * @param program what it is called in messages, since words may begin with a wrapper
     * @param deadline at which it is killed
     * @throws KeyringException PROGRAM_FAILED when it is not done by then or cannot be run
     */
    Result run(String program, Deadline deadline, List<String> words) {
        Duration left = deadline.left(program);
        List<String> found = new ArrayList<>(words);
        found.set(0, find(words.get(0)).map(Path::toString).orElse(words.get(0)));
        try {
            ProcessBuilder builder = new ProcessBuilder(found);
            builder.environment().put("PATH", path);
            builder.redirectInput(new File("/dev/null"));
            Process process = builder.start();
            Collector out = new Collector(process.getInputStream());
            Collector err = new Collector(process.getErrorStream());
            if (!process.waitFor(left.toMillis(), TimeUnit.MILLISECONDS)) {
                throw deadline.late(program, killed(process));
            }
            return new Result(process.exitValue(), out.text(), err.text());
        } catch (IOException e) {
            throw KeyringException.of(ErrorKind.PROGRAM_FAILED)
                    .with("program", program)
                    .with("reason", e.getMessage())
                    .causedBy(e)
                    .build();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw deadline.late(program, "waiting was interrupted");
        }
    }

    private static String killed(Process process) throws InterruptedException {
        List<ProcessHandle> all = new ArrayList<>(process.descendants().toList());
        process.destroy();
        all.forEach(ProcessHandle::destroy);
        process.waitFor(GRACE.toMillis(), TimeUnit.MILLISECONDS);
        all.addAll(process.descendants().toList());
        process.destroyForcibly();
        all.forEach(ProcessHandle::destroyForcibly);
        boolean gone = process.waitFor(GRACE.toMillis(), TimeUnit.MILLISECONDS);
        return gone ? "and was ended" : "and cannot be ended, the kernel waits for a device";
    }

    /** Reads what a process prints, for as long as anybody has the pipe. */
    private static final class Collector {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private final Thread thread;

        Collector(InputStream in) {
            thread = new Thread(() -> collect(in), "output of a program");
            thread.setDaemon(true);
            thread.start();
        }

        private void collect(InputStream in) {
            byte[] chunk = new byte[1024];
            try (in) {
                int count = in.read(chunk);
                while (count >= 0) {
                    synchronized (bytes) {
                        bytes.write(chunk, 0, Math.min(count, MOST_OUTPUT_BYTES - bytes.size()));
                    }
                    count = in.read(chunk);
                }
            } catch (IOException gone) {
                return;
            }
        }

        /** A process that the program left behind may keep the pipe; what came until now is enough. */
        String text() throws InterruptedException {
            thread.join(GRACE.toMillis());
            synchronized (bytes) {
                return bytes.toString(StandardCharsets.UTF_8);
            }
        }
    }
}
