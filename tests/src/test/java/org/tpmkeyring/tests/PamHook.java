// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.tests;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.tpmkeyring.testing.Requires;

/** The folder of the PAM module, with the programs of its tests. */
final class PamHook {
    private static final Path FOLDER = Dist.clone("pam-hook");
    private static final String OUT = "target/checks";

    private PamHook() {}

    /** Builds module and programs, the module with the same flags as {@code ./build}. */
    static void build() throws IOException {
        Requires.root();
        for (String command : List.of("make", "gcc", "clang", "python3", "pamtester", "valgrind", "readelf", "nm")) {
            Requires.command(command);
        }
        make("programs");
    }

    /** Path of something that was built. */
    static String program(String name) {
        return FOLDER.resolve(OUT).resolve(name).toString();
    }

    static void make(String... targets) throws IOException {
        Program.of("make", "-C", FOLDER.toString(), "-s", "OUT=" + OUT)
                .with(targets)
                .run()
                .ok();
    }

    /** Runs a script of the folder, whose status is for the caller to judge. */
    static Outcome script(String... command) throws IOException {
        return Program.of("env", "--chdir=" + FOLDER, "python3", "-B")
                .with(command)
                .run();
    }
}
