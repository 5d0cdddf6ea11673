// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.tests;

import java.nio.file.Files;
import java.nio.file.Path;
import org.tpmkeyring.testing.Requires;

/** The tree that {@code ./build} leaves, and the clone around it. */
final class Dist {
    private static final Path ROOT = Path.of(System.getProperty("tpmkeyring.dist"));

    private Dist() {}

    /** A program of the tree. */
    static Path program(String name) {
        Path program = ROOT.resolve("bin").resolve(name);
        Requires.that(Files.isExecutable(program), "this test needs " + program + ", which ./build makes");
        return program;
    }

    /** A file of the clone. */
    static Path clone(String path) {
        return ROOT.resolveSibling(path);
    }

    /** The tree itself. */
    static Path root() {
        return ROOT;
    }
}
