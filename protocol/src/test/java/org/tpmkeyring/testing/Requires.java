// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.testing;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/**
 * What a test needs of the machine. Where it is missing the test is skipped with a clear text on a person's
 * machine, and fails where the environment says {@code CI=true}: there a skipped test is a hole.
 */
public final class Requires {
    private Requires() {}

    /** An effective uid of 0. */
    public static void root() throws java.io.IOException {
        that(Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0), "this test needs root");
    }

    /** A program on the PATH. */
    public static void command(String name) {
        boolean found = false;
        for (String folder : System.getenv("PATH").split(File.pathSeparator, -1)) {
            found |= Files.isExecutable(Path.of(folder, name));
        }
        that(found, "this test needs the program " + name);
    }

    /** Anything else, with the sentence to show when it is not so. */
    public static void that(boolean present, String sentence) {
        if (present) {
            return;
        }
        if ("true".equals(System.getenv("CI"))) {
            Assertions.fail(sentence + ", and CI=true does not let it be skipped");
        }
        System.getLogger(Requires.class.getName()).log(System.Logger.Level.WARNING, "SKIPPED: " + sentence);
        Assumptions.abort(sentence);
    }
}
