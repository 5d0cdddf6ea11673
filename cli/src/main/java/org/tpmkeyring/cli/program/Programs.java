// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.program;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.KeyringException;

/**
 * Runs programs by their words, never by a shell's line, and ends those that take too long. They speak in the C
 * locale, so that what they say is the same everywhere.
 */
public final class Programs {
    /** Where mount(8), cryptsetup(8) and zfs(8) are, whatever the PATH of an unprivileged shell is. */
    private static final String USUAL_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    /** Time to end by SIGTERM before SIGKILL comes, and to be gone after that. */
    private static final Duration GRACE = Duration.ofSeconds(1);

    private static final Duration POLL = Duration.ofMillis(10);

    private final String path;
    private final Set<Process> running = new HashSet<>();
    private boolean ended;

    /**
     * @param environment whose PATH is searched, before the usual places
     */
    public Programs(Map<String, String> environment) {
        this.path = environment.getOrDefault("PATH", "") + File.pathSeparator + USUAL_PATH;
    }

    /**
     * Where a program is.
     *
     * @param name its name, or its path
     * @return empty when it is not installed
     */
    public Optional<Path> find(String name) {
        return Stream.of(path.split(File.pathSeparator, -1))
                .filter(folder -> !folder.isEmpty())
                .map(folder -> Path.of(folder).resolve(name))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /**
     * Where a program is that has to be there.
     *
     * @param suite Debian package that has it
     * @throws KeyringException NOT_SUPPORTED when it is not installed
     */
    public Path require(String name, String suite) {
        return find(name)
                .orElseThrow(() -> KeyringException.of(ErrorKind.NOT_SUPPORTED)
                        .with("what", "this")
                        .with("reason", "the program " + name + " is not installed")
                        .with("hint", "sudo apt-get install " + suite)
                        .build());
    }

    /**
     * Runs a program that reads nothing to its end.
     *
     * @param words the program and its arguments
     * @param limit after which it is killed
     * @throws IOException when it cannot be run
     * @throws TimeoutException when it was not done by then; says what became of it
     */
    public Ended run(List<String> words, Duration limit) throws IOException, TimeoutException {
        Process process = start(builder(words).redirectInput(new File("/dev/null")));
        try {
            Collector out = new Collector(process.getInputStream());
            Collector err = new Collector(process.getErrorStream());
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new TimeoutException(killed(process));
            }
            out.await(GRACE);
            err.await(GRACE);
            boolean whole = out.isWhole();
            return new Ended(process.exitValue(), out.text(), whole, err.text());
        } catch (InterruptedException e) {
            throw interrupted(process);
        } finally {
            forget(process);
        }
    }

    /**
     * Runs a program of which nothing depends.
     *
     * @return empty when it is not installed, cannot be run or is not done in time
     */
    public Optional<Ended> ask(List<String> words, Duration limit) {
        try {
            return Optional.of(run(words, limit));
        } catch (IOException | TimeoutException e) {
            return Optional.empty();
        }
    }

    /**
     * Runs a program that talks to the person itself.
     *
     * @return its exit status
     * @throws IOException when it cannot be run
     */
    public int runAttached(List<String> words) throws IOException {
        Process process = start(builder(words).inheritIO());
        try {
            return process.waitFor();
        } catch (InterruptedException e) {
            throw interrupted(process);
        } finally {
            forget(process);
        }
    }

    /**
     * Ends what runs now, with all that it started, and runs nothing any more. Returns when that is gone, or when the
     * kernel does not let it go.
     */
    public void end() {
        List<Process> last;
        synchronized (running) {
            ended = true;
            last = List.copyOf(running);
        }
        for (Process process : last) {
            try {
                String became = killed(process);
                assert !became.isEmpty();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private Process start(ProcessBuilder builder) throws IOException {
        synchronized (running) {
            if (ended) {
                throw new IOException("interrupted");
            }
            Process process = builder.start();
            running.add(process);
            return process;
        }
    }

    private void forget(Process process) {
        synchronized (running) {
            running.remove(process);
        }
    }

    private ProcessBuilder builder(List<String> words) {
        List<String> found = new ArrayList<>(words);
        find(words.get(0)).map(Path::toString).ifPresent(program -> found.set(0, program));
        ProcessBuilder builder = new ProcessBuilder(found);
        builder.environment().put("LC_ALL", "C");
        builder.environment().put("PATH", path);
        return builder;
    }

    private static IOException interrupted(Process process) {
        process.destroyForcibly();
        Thread.currentThread().interrupt();
        return new IOException("interrupted");
    }

    /** Parents come before their children, or else they could start new ones in the meantime. */
    private static String killed(Process process) throws InterruptedException {
        Set<ProcessHandle> all = new LinkedHashSet<>(List.of(process.toHandle()));
        all.addAll(process.descendants().toList());
        all.forEach(ProcessHandle::destroy);
        if (awaitEnd(all)) {
            return "and was ended";
        }
        List.copyOf(all).forEach(handle -> all.addAll(handle.descendants().toList()));
        all.forEach(ProcessHandle::destroyForcibly);
        return awaitEnd(all) ? "and was ended" : "and cannot be ended, the kernel waits for a device";
    }

    /** Whether all of them were gone in time. */
    private static boolean awaitEnd(Set<ProcessHandle> all) throws InterruptedException {
        long deadline = System.nanoTime() + GRACE.toNanos();
        while (!all.stream().allMatch(Programs::isGone)) {
            if (System.nanoTime() - deadline > 0) {
                return false;
            }
            Thread.sleep(POLL.toMillis());
        }
        return true;
    }

    /** A zombie is: what it was cannot do anything any more, even if nobody asks how it ended. */
    private static boolean isGone(ProcessHandle process) {
        try {
            String stat = Files.readString(Path.of("/proc/" + process.pid() + "/stat"), StandardCharsets.ISO_8859_1);
            return !process.isAlive() || stat.startsWith(") Z", stat.lastIndexOf(')'));
        } catch (IOException gone) {
            return !process.isAlive();
        }
    }
}
