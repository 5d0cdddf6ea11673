// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.tests;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** The vault files of a daemon, as they are on the disk. */
final class VaultFiles {
    private final Path state;

    VaultFiles(Machine machine) {
        state = machine.state();
    }

    /** Those that are in force, ascending by path. */
    List<Path> current() throws IOException {
        try (Stream<Path> files = Files.walk(state)) {
            return files.filter(file -> file.toString().endsWith(".vault"))
                    .sorted()
                    .toList();
        }
    }

    /** The one that is in force where there is only one. */
    Path only() throws IOException {
        List<Path> all = current();
        if (all.size() != 1) {
            throw new AssertionError("there are " + all.size() + " vault files: " + all);
        }
        return all.get(0);
    }

    /** Changes its bytes behind the daemon's back. */
    void rewrite(UnaryOperator<byte[]> change) throws IOException {
        Files.write(only(), change.apply(Files.readAllBytes(only())));
    }
}
