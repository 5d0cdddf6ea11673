// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.doctor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Whether the class-data archives fit the Java that runs this; without them everything works, only slower. */
public final class ArchiveCheck {
    private static final String NAME = "class-data";

    private ArchiveCheck() {}

    /**
     * @param classPath of this process; nothing is told unless it begins with a jar
     * @param version {@code java.runtime.version}
     */
    public static void run(String classPath, String version, Findings findings) {
        Path jar = Path.of(classPath.split(":", 2)[0]).toAbsolutePath();
        if (!jar.toString().endsWith(".jar")) {
            return;
        }
        for (String program : List.of("keyringd", "tpm-keyring")) {
            Path archive = jar.resolveSibling(program + "-" + version + ".jsa");
            if (!fresh(archive, jar)) {
                findings.note(
                        NAME,
                        "there is no class-data archive of " + program + " for Java " + version
                                + " that is as new as the program, which makes it slow to start",
                        maker(jar));
            }
        }
    }

    private static String maker(Path jar) {
        Path tree = jar.resolve("../..").normalize();
        Path installed = tree.resolve("bin/make-class-data-archives");
        return Files.isExecutable(installed) ? "sudo " + installed : "scripts/make-class-data-archives " + tree;
    }

    private static boolean fresh(Path archive, Path jar) {
        try {
            return Files.getLastModifiedTime(archive).compareTo(Files.getLastModifiedTime(jar)) >= 0;
        } catch (IOException none) {
            return false;
        }
    }
}
