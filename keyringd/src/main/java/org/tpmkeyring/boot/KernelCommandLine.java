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
 * The words of the kernel command line by which systemd goes to a shell (systemd(1), "Kernel command line":
 * runlevel_to_target in src/basic/runlevel.c), and where none names a goal, the unit that is the default. Any of the
 * words counts, also where a later one takes it back. tpm-keyring-generator goes by the same rules.
 */
public final class KernelCommandLine implements BootMode {
    private static final Set<String> RESCUE = Set.of("rescue", "emergency", "single", "s", "S", "1", "-s", "-b");
    private static final Set<String> RUNLEVELS = Set.of("2", "3", "4", "5");
    private static final String UNIT = "systemd.unit=";
    private static final String DEFAULT = "default.target";

    private final Path file;
    private final UnitLinks units;

    /**
     * @param root directory taken for {@code /}
     */
    KernelCommandLine(Path root) {
        this.file = root.resolve("proc/cmdline");
        this.units = new UnitLinks(root);
    }

    /** That of the running kernel. */
    public static KernelCommandLine ofThisMachine() {
        return new KernelCommandLine(Path.of("/"));
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

    private Optional<String> rescueIn(String commandLine) {
        boolean goal = false;
        for (String word : words(commandLine)) {
            if (RESCUE.contains(word)
                    || (word.startsWith(UNIT)
                            && units.shell(word.substring(UNIT.length())).isPresent())) {
                return Optional.of("'" + word + "' on the kernel command line");
            }
            goal |= word.startsWith(UNIT) || RUNLEVELS.contains(word);
        }
        return goal ? Optional.empty() : units.shell(DEFAULT).map(shell -> DEFAULT + ", which is " + shell);
    }

    /** Double quotes keep spaces within a word and are no part of it (next_arg in lib/cmdline.c). */
    private static List<String> words(String line) {
        List<String> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        boolean quoted = false;
        for (char c : line.strip().toCharArray()) {
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
            words.add(word.toString());
        }
        return words;
    }
}
