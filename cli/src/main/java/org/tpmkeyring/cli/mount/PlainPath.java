// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.mount;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Map;
import org.tpmkeyring.cli.mounttab.MountTable;
import org.tpmkeyring.protocol.KeyringException;

/**
 * A path of a table that leads to the place it names. Root mounts there what users may change: a symbolic link in
 * the place of a directory would have root mount over any directory of the machine, or mount that one.
 */
final class PlainPath {
    private PlainPath() {}

    /**
     * A directory that no symbolic link leads to.
     *
     * @param field WHAT or WHERE
     * @param hint what to type where there is none
     * @throws KeyringException BAD_ARGUMENT
     */
    static Directory directory(String field, String path, String hint) {
        String plain = MountTable.simplified(path);
        for (int end = plain.indexOf('/', 1); end > 0; end = plain.indexOf('/', end + 1)) {
            requireNoLink(field, plain, Path.of(plain.substring(0, end)));
        }
        Path directory = Path.of(plain);
        requireNoLink(field, plain, directory);
        if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
            throw MountPoints.argument(field, "there is no directory " + path, hint);
        }
        try {
            return new Directory(plain, identity(directory));
        } catch (IOException e) {
            throw new UncheckedIOException(plain + " cannot be looked at", e);
        }
    }

    /** Device and inode of what is at a path. */
    static String identity(Path path) throws IOException {
        Map<String, Object> attributes = Files.readAttributes(path, "unix:dev,ino", LinkOption.NOFOLLOW_LINKS);
        return attributes.get("dev") + ":" + attributes.get("ino");
    }

    private static void requireNoLink(String field, String path, Path component) {
        if (Files.isSymbolicLink(component)) {
            throw MountPoints.argument(
                    field,
                    "'" + component + "' is a symbolic link, to '" + target(component)
                            + "', and none is followed; name the directory itself in the table",
                    "namei -l " + path);
        }
    }

    private static String target(Path link) {
        try {
            return Files.readSymbolicLink(link).toString();
        } catch (IOException gone) {
            return "?";
        }
    }

    /**
     * A directory as it was looked at.
     *
     * @param path of it, simplified
     * @param identity device and inode, as {@code stat -c %d:%i} prints them
     */
    record Directory(String path, String identity) {}
}
