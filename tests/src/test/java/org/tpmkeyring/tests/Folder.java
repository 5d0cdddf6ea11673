// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.tests;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/** Directories of tests. */
final class Folder {
    private Folder() {}

    /** A fresh one that every user may enter, since sockets in it are for all. */
    static Path fresh(String prefix) throws IOException {
        Path folder = Files.createTempDirectory(prefix);
        return Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    static void delete(Path folder) throws IOException {
        if (Files.notExists(folder)) {
            return;
        }
        for (Path file : contents(folder, Comparator.reverseOrder())) {
            Files.delete(file);
        }
    }

    /** A digest of all names, modes and contents below a folder. Sockets and lock files count by name alone. */
    static String digest(Path folder) throws IOException {
        try {
            MessageDigest hash = MessageDigest.getInstance("SHA-256");
            for (Path file : contents(folder, Comparator.naturalOrder())) {
                String mode = PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
                hash.update((folder.relativize(file) + " " + mode + "\n")
                        .getBytes(java.nio.charset.StandardCharsets.UTF_8));
                if (Files.isRegularFile(file)) {
                    hash.update(Files.readAllBytes(file));
                }
            }
            return HexFormat.of().formatHex(hash.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static List<Path> contents(Path folder, Comparator<Path> order) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.sorted(order).toList();
        }
    }
}
