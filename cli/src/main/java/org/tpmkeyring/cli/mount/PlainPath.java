// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.mount;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
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
        Path reached = Path.of("/");
        for (Path name : Path.of(plain)) {
            reached = reached.resolve(name);
            if (Files.isSymbolicLink(reached)) {
                throw MountPoints.argument(
                        field,
                        "'" + reached + "' is a symbolic link, to '" + target(reached)
                                + "', and none is followed; name the directory itself in the table",
                        "namei -l " + plain);
            }
        }
        if (!Files.isDirectory(reached, LinkOption.NOFOLLOW_LINKS)) {
            throw MountPoints.argument(field, "there is no directory " + path, hint);
        }
        try {
            return new Directory(
                    plain,
                    Files.getAttribute(reached, "unix:dev", LinkOption.NOFOLLOW_LINKS)
                            + ":"
                            + Files.getAttribute(reached, "unix:ino", LinkOption.NOFOLLOW_LINKS));
        } catch (IOException e) {
            throw new UncheckedIOException(plain + " cannot be looked at", e);
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
