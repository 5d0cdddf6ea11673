// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.volume;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.KeyringException;

/** Runs other programs, each without a shell and in the C locale, so that what they say is the same everywhere. */
public final class Programs {
    private static final String USUAL_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    private final Map<String, String> environment;
    private final Path library;

    /**
     * @param environment of this process, for its PATH
     * @param library directory of the product's own helpers
     */
    public Programs(Map<String, String> environment, Path library) {
        this.environment = environment;
        this.library = library;
    }

    /**
     * What a program did.
     *
     * @param status exit status
     * @param out standard output
     * @param err standard error in one line
     */
    public record Result(int status, String out, String err) {
        public boolean succeeded() {
            return status == 0;
        }
    }

    /** Where a program is; empty when it is not installed. */
    public Optional<Path> find(String name) {
        List<String> directories = new ArrayList<>();
        for (String path : List.of(environment.getOrDefault("PATH", ""), USUAL_PATH)) {
            directories.addAll(Arrays.asList(path.split(File.pathSeparator, -1)));
        }
        for (String directory : directories) {
            Path candidate = Path.of(directory, name);
            if (!directory.isEmpty() && Files.isExecutable(candidate)) {
                return Optional.of(candidate);
            }
        }
        return Optional.empty();
    }

    /**
     * @param hint command that installs it
     * @throws KeyringException NOT_SUPPORTED when it is not installed
     */
    public String require(String name, String hint) {
        return find(name)
                .orElseThrow(() -> KeyringException.of(ErrorKind.NOT_SUPPORTED)
                        .with("what", "this")
                        .with("reason", name + " is not installed")
                        .with("hint", hint)
                        .build())
                .toString();
    }

    /** Words that run a command with a key of root's user keyring on standard input, or on descriptor 3. */
    List<String> fed(String key, boolean keepInput, List<String> command) {
        List<String> words = new ArrayList<>();
        words.add(library.resolve("feed-key").toString());
        if (keepInput) {
            words.add("-3");
        }
        words.add(key);
        words.addAll(command);
        return words;
    }

    /** Runs a command that reads nothing, and keeps what it says. */
    public Result run(List<String> command) {
        try {
            Process process = builder(command)
                    .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
                    .start();
            ErrorLines errors = new ErrorLines(process);
            String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new Result(process.waitFor(), out, errors.text());
        } catch (IOException e) {
            throw failed(command, e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw failed(command, "interrupted");
        }
    }

    /** Runs a command that talks to the person itself. */
    public int runAttached(List<String> command) {
        try {
            return builder(command).inheritIO().start().waitFor();
        } catch (IOException e) {
            throw failed(command, e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw failed(command, "interrupted");
        }
    }

    private ProcessBuilder builder(List<String> command) {
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("LC_ALL", "C");
        builder.environment().put("PATH", environment.getOrDefault("PATH", USUAL_PATH) + ":" + USUAL_PATH);
        return builder;
    }

    private static KeyringException failed(List<String> command, String reason) {
        return KeyringException.of(ErrorKind.UNEXPECTED)
                .with("detail", command.get(0) + " cannot be run: " + reason)
                .build();
    }

    /** Takes standard error in while standard output is read, so that neither fills up. */
    private static final class ErrorLines {
        private final Thread reader;
        private volatile String text = "";

        ErrorLines(Process process) {
            reader = new Thread(() -> text = read(process), "stderr");
            reader.setDaemon(true);
            reader.start();
        }

        private static String read(Process process) {
            try {
                byte[] all = process.getErrorStream().readAllBytes();
                return new String(all, StandardCharsets.UTF_8).strip().replaceAll("\\s*\\R\\s*", "; ");
            } catch (IOException e) {
                return String.valueOf(e.getMessage());
            }
        }

        String text() throws InterruptedException {
            reader.join();
            return text;
        }
    }
}
