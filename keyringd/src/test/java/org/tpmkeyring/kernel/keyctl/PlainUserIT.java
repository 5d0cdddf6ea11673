// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.kernel.keyctl;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.tpmkeyring.testing.Requires;
import org.tpmkeyring.testing.Shell;

/** keyringd without privileges serves the user it runs as, and nobody else. */
class PlainUserIT {
    private static final long UID = 61_031;
    private Path classes;

    /** The build's folders may be closed to other users: the program runs from copies. */
    @BeforeEach
    void copyClassPath() throws Exception {
        Requires.root();
        Requires.command("setpriv");
        classes = Files.createTempDirectory("plain-user");
        Shell.run("chmod 755 " + classes).succeeded();
    }

    @AfterEach
    void deleteCopies() throws IOException {
        if (classes == null) {
            return;
        }
        Files.walkFileTree(classes, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path directory, IOException failure) throws IOException {
                Files.delete(directory);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    @Test
    void itsOwnKeyringIsServedAndAnyOtherIsRefusedInWords() throws Exception {
        List<String> classPath = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
            if (Files.exists(Path.of(entry))) {
                Path copy = classes.resolve(String.valueOf(classPath.size()));
                classPath.add(Files.isDirectory(Path.of(entry)) ? copy.toString() : copy + ".jar");
                Shell.run("cp -r '" + entry + "' " + classPath.get(classPath.size() - 1))
                        .succeeded();
            }
        }
        Shell.run("chmod -R a+rX " + classes).succeeded();
        Shell run = Shell.run("cd / && setpriv --reuid=" + UID + " --regid=" + UID + " --clear-groups "
                + Path.of(System.getProperty("java.home"), "bin", "java") + " -cp "
                + String.join(File.pathSeparator, classPath) + " " + PlainUserDaemon.class.getName() + " " + UID
                + " 0 61032");
        assertThat(run.output())
                .isEqualTo(UID + ": DELIVERED true\n"
                        + "0: keyringd runs as uid 61031 and cannot act for uid 0 (EPERM, not permitted)\n"
                        + "61032: keyringd runs as uid 61031 and cannot act for uid 61032 (EPERM, not permitted)");
    }
}
