// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.boot;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The kernel command line, and the words in it by which systemd goes to a shell (systemd(1), "Kernel command line":
 * runlevel_to_target in src/basic/runlevel.c). Any of them counts, also where a later word takes it back.
 */
public final class KernelCommandLine implements BootMode {
    private static final Set<String> RESCUE = Set.of(
            "systemd.unit=rescue.target",
            "systemd.unit=emergency.target",
            "rescue",
            "emergency",
            "single",
            "s",
            "S",
            "1",
            "-s",
            "-b");

    private final Path file;

    KernelCommandLine(Path file) {
        this.file = file;
    }

    /** That of the running kernel. */
    public static KernelCommandLine ofThisMachine() {
        return new KernelCommandLine(Path.of("/proc/cmdline"));
    }

    /**
     * @throws UncheckedIOException when it cannot be read: then nobody knows, and nothing may be unlocked
     */
    @Override
    public Optional<String> rescue() {
        try {
            return rescueIn(Files.readString(file, StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            throw new UncheckedIOException(file + " cannot be read", e);
        }
    }

    /** The first word that asks for a shell. */
    static Optional<String> rescueIn(String commandLine) {
        return words(commandLine).stream().filter(RESCUE::contains).findFirst();
    }

    /** Double quotes keep spaces within a word and are no part of it (next_arg in lib/cmdline.c). */
    private static List<String> words(String line) {
        List<String> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        boolean quoted = false;
        for (char c : (line + " ").toCharArray()) {
            if (c == '"') {
                quoted = !quoted;
            } else if (quoted || !Character.isWhitespace(c)) {
                word.append(c);
            } else if (word.length() > 0) {
                words.add(word.toString());
                word.setLength(0);
            }
        }
        if (word.length() > 0) {
            words.add(word.toString().strip());
        }
        return words;
    }
}
