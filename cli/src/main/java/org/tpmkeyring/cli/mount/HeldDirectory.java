// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.mount;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.tpmkeyring.cli.mount.PlainPath.Directory;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.KeyringException;

/**
 * A directory that is open from the look at it until it is mounted. Whoever owns a directory above it can put another
 * at its path for as long as that is checked, but not here; and its inode is not given to another meanwhile.
 */
final class HeldDirectory implements AutoCloseable {
    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");

    private final Directory directory;
    private final FileChannel channel;
    private final Path path;

    private HeldDirectory(Directory directory, FileChannel channel, Path path) {
        this.directory = directory;
        this.channel = channel;
        this.path = path;
    }

    /**
     * Opens a directory.
     *
     * @throws KeyringException PROGRAM_FAILED when another is at its path by now, BAD_ARGUMENT when it cannot be read
     */
    static HeldDirectory of(Directory directory) {
        Path place = Path.of(directory.path());
        try {
            FileChannel channel = FileChannel.open(place, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
            try {
                return new HeldDirectory(directory, channel, descriptor(directory));
            } catch (IOException | KeyringException e) {
                channel.close();
                throw e;
            }
        } catch (IOException e) {
            throw MountPoints.argument(
                    "WHAT", place + " cannot be read: " + e.getMessage(), "ls -ld " + directory.path());
        }
    }

    /**
     * The JDK does not tell the number of a descriptor, but the kernel tells what each leads to. Others are not looked
     * at: they may be of a disk that does not answer.
     */
    private static Path descriptor(Directory directory) throws IOException {
        try (DirectoryStream<Path> all = Files.newDirectoryStream(DESCRIPTORS)) {
            for (Path link : all) {
                Path opened = link.resolve(".");
                if (isAt(link, Path.of(directory.path()))
                        && PlainPath.identity(opened).equals(directory.identity())) {
                    return opened;
                }
            }
        }
        throw replaced(directory);
    }

    private static boolean isAt(Path link, Path place) throws IOException {
        try {
            return Files.readSymbolicLink(link).equals(place);
        } catch (NoSuchFileException closed) {
            return false;
        }
    }

    private static KeyringException replaced(Directory directory) {
        return KeyringException.of(ErrorKind.PROGRAM_FAILED)
                .with("program", "mount")
                .with("reason", "'" + directory.path() + "' was replaced meanwhile")
                .with("hint", "namei -l " + directory.path())
                .build();
    }

    /**
     * What was looked at by the path has to be this directory.
     *
     * @param looked device and inode of that
     * @throws KeyringException PROGRAM_FAILED when it was another
     */
    void requireSame(Optional<String> looked) {
        if (!looked.equals(Optional.of(directory.identity()))) {
            throw replaced(directory);
        }
    }

    /** Leads there, whatever is at the path that it had. */
    Path path() {
        return path;
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException("a directory cannot be closed", e);
        }
    }
}
