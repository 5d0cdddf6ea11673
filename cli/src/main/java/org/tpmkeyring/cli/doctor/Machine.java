// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.doctor;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.PatternSyntaxException;

/**
 * The files of the machine that is examined.
 *
 * @param root directory taken for {@code /}
 */
public record Machine(Path root) {
    /** A file by its path below the root, without a leading slash. */
    Path path(String name) {
        return root.resolve(name);
    }

    boolean exists(String name) {
        return Files.exists(path(name));
    }

    /** What a file holds, stripped; empty when it is not there or not readable. */
    Optional<String> read(String name) {
        return whole(name).map(String::strip);
    }

    /** What a file holds, with all its lines; empty when it is not there or not readable. */
    Optional<String> whole(String name) {
        try {
            return Optional.of(Files.readString(path(name), StandardCharsets.ISO_8859_1));
        } catch (IOException unreadable) {
            return Optional.empty();
        }
    }

    /**
     * Files of a directory, sorted, by their paths below the root; none where it cannot be read.
     *
     * @param pattern for their names (glob(7))
     */
    List<String> matching(String directory, String pattern) {
        List<String> found = new ArrayList<>();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(path(directory), pattern)) {
            all.forEach(file -> found.add(root.relativize(file).toString()));
        } catch (IOException | PatternSyntaxException none) {
            return List.of();
        }
        found.sort(null);
        return found;
    }

    /** Pid of a process with this command name (proc_pid_comm(5)), if one runs. */
    Optional<String> pidOf(String command) {
        for (Path process : processes()) {
            Path name = process.getFileName();
            if (read("proc/" + name + "/comm").filter(command::equals).isPresent()) {
                return Optional.of(name.toString());
            }
        }
        return Optional.empty();
    }

    private List<Path> processes() {
        return matching("proc", "[0-9]*").stream().map(this::path).toList();
    }
}
