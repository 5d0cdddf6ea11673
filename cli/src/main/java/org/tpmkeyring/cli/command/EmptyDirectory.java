// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.command;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.KeyringException;

/**
 * Looks at the directory that fscrypt is to encrypt before a key is sealed for it: files in a directory stay as they
 * are, so that the kernel encrypts empty ones only (FS_IOC_SET_ENCRYPTION_POLICY, Documentation/filesystems/fscrypt.rst).
 */
final class EmptyDirectory {
    private EmptyDirectory() {}

    /**
     * A key that is given may be the one of a directory that is encrypted already.
     *
     * @throws KeyringException BAD_ARGUMENT
     */
    static void require(AddCommand add) {
        Path directory = add.directory.toAbsolutePath();
        Path there = add.host().root().resolve("." + directory);
        if (!Files.isDirectory(there)) {
            throw bad("there is no directory " + directory, "mkdir " + directory);
        }
        if (add.made() && hasFiles(there)) {
            throw bad(
                    directory + " is not empty, and what is in it would stay as it is: encrypt an empty one and move"
                            + " the files there",
                    "mkdir " + directory + ".encrypted");
        }
    }

    /** Who may not look is answered by the kernel. */
    private static boolean hasFiles(Path directory) {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            return entries.iterator().hasNext();
        } catch (IOException e) {
            return false;
        }
    }

    private static KeyringException bad(String reason, String hint) {
        return KeyringException.of(ErrorKind.BAD_ARGUMENT)
                .with("argument", "--directory")
                .with("reason", reason)
                .with("hint", hint)
                .build();
    }
}
