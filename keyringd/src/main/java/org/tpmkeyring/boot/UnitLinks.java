// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.boot;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Names of units that are links to others, as {@code systemctl set-default} makes {@code default.target} one. */
final class UnitLinks {
    /** In the order in which systemd looks, "Unit File Load Path" of systemd.unit(5). */
    private static final List<String> FOLDERS = List.of(
            "etc/systemd/system.control",
            "run/systemd/system.control",
            "run/systemd/transient",
            "run/systemd/generator.early",
            "etc/systemd/system",
            "run/systemd/system",
            "run/systemd/generator",
            "usr/local/lib/systemd/system",
            "usr/lib/systemd/system",
            "lib/systemd/system",
            "run/systemd/generator.late");

    private static final Set<String> SHELLS = Set.of("rescue.target", "emergency.target", "runlevel1.target");

    /** A circle of links has no end. */
    private static final int MOST_LINKS = 8;

    private final Path root;

    /**
     * @param root directory taken for {@code /}
     */
    UnitLinks(Path root) {
        this.root = root;
    }

    /**
     * The unit that opens a shell instead of the system and that this one is, or is a link to.
     *
     * @throws UncheckedIOException when a link cannot be read
     */
    Optional<String> shell(String unit) {
        Optional<String> name = Optional.of(unit);
        for (int links = 0; name.isPresent() && links < MOST_LINKS; links++) {
            if (SHELLS.contains(name.get())) {
                return name;
            }
            name = name.flatMap(this::target);
        }
        return Optional.empty();
    }

    private Optional<String> target(String unit) {
        if (unit.isEmpty() || unit.contains("/")) {
            return Optional.empty();
        }
        for (String folder : FOLDERS) {
            Path file = root.resolve(folder).resolve(unit);
            if (Files.isSymbolicLink(file)) {
                return Optional.of(read(file));
            }
            if (Files.exists(file)) {
                return Optional.empty();
            }
        }
        return Optional.empty();
    }

    private static String read(Path link) {
        try {
            return String.valueOf(Files.readSymbolicLink(link).getFileName());
        } catch (IOException e) {
            throw new UncheckedIOException(link + " cannot be read", e);
        }
    }
}
