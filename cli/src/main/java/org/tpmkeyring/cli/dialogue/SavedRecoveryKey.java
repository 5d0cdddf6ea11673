// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.dialogue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.tpmkeyring.cli.secret.DirectSecret;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.KeyringException;

/**
 * Writes a new recovery key to a new file of mode 0600, with a line break at its end. The file is made
 * before the daemon is called, so that a wrong path is told while nothing has happened yet, and taken
 * away again when the daemon makes no key.
 */
public final class SavedRecoveryKey implements Dialogue.Sink, AutoCloseable {
    private final Path file;
    private final FileChannel channel;
    private boolean needed;

    private SavedRecoveryKey(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /**
     * @throws KeyringException BAD_ARGUMENT when the file exists or cannot be made
     */
    public static SavedRecoveryKey at(String name) {
        try {
            Path file = Path.of(name);
            FileChannel channel = FileChannel.open(
                    file,
                    Set.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            return new SavedRecoveryKey(file, channel);
        } catch (IOException | InvalidPathException e) {
            throw KeyringException.of(ErrorKind.BAD_ARGUMENT)
                    .with("argument", "--recovery-key-file=" + name)
                    .with("reason", reason(e))
                    .build();
        }
    }

    private static String reason(Exception why) {
        if (why instanceof FileAlreadyExistsException) {
            return "the file exists already and is left as it is";
        }
        if (why instanceof AccessDeniedException) {
            return "you are not allowed to make this file";
        }
        if (why instanceof NoSuchFileException) {
            return "there is no such directory";
        }
        return "it cannot be made: " + why.getMessage();
    }

    /** Returns once the key is on the disk, since the daemon commits then. */
    @Override
    public void put(ByteBuffer secret) throws IOException {
        try (DirectSecret text = NewRecoveryKey.asText(secret)) {
            writeAll(text.buffer());
            writeAll(ByteBuffer.allocateDirect(1).put((byte) '\n').flip());
            channel.force(true);
        }
        needed = true;
    }

    private void writeAll(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    /** The daemon refused after it had offered the key: the file holds nothing of worth. */
    public void discard() {
        needed = false;
    }

    /** Whether the file holds the key of a vault. */
    public boolean needed() {
        return needed;
    }

    /** Leaves the file where it holds a key, and removes it otherwise. */
    @Override
    public void close() {
        try {
            channel.close();
            if (!needed) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw KeyringException.of(ErrorKind.UNEXPECTED)
                    .with("detail", file + " cannot be closed or removed: " + e.getMessage())
                    .with("hint", "ls -l " + file)
                    .causedBy(e)
                    .build();
        }
    }
}
