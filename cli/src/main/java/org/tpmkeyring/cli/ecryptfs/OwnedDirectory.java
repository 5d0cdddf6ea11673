// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.ecryptfs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.UserPrincipal;
import java.util.Optional;
import java.util.Set;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.KeyringException;

/**
 * Reads files of a directory that its owner may change meanwhile, as root too. No symbolic link is followed below the
 * place where reading begins, everything is opened relative to what is open already, and belongs to the owner or to
 * root; a file is the same one before it is opened and after it was read.
 */
final class OwnedDirectory implements AutoCloseable {
    private static final long ROOT = 0;

    private final Path path;
    private final long owner;
    private final SecureDirectoryStream<Path> stream;

    private OwnedDirectory(Path path, long owner, SecureDirectoryStream<Path> stream) {
        this.path = path;
        this.owner = owner;
        this.stream = stream;
    }

    /**
     * Opens a directory that was named by somebody who may say where it is; links are followed on the way there.
     *
     * @param owner uid
     * @return empty when there is none
     * @throws KeyringException VAULT_UNSAFE_FILE, BAD_ARGUMENT when it cannot be read
     */
    static Optional<OwnedDirectory> at(Path path, long owner) {
        if (!Files.isDirectory(path)) {
            return Optional.empty();
        }
        try {
            return Optional.of(new OwnedDirectory(path, owner, secure(path)));
        } catch (IOException e) {
            throw unreadable(path, e);
        }
    }

    @SuppressWarnings("StreamResourceLeak") // whoever asked for the directory closes it
    private static SecureDirectoryStream<Path> secure(Path path) throws IOException {
        DirectoryStream<Path> stream = Files.newDirectoryStream(path);
        if (stream instanceof SecureDirectoryStream<Path> secure) {
            return secure;
        }
        stream.close();
        throw new IOException("it is on no file system of the kernel");
    }

    /**
     * A directory in this one.
     *
     * @return empty when there is none of that name, or a symbolic link
     */
    Optional<OwnedDirectory> directory(String name) {
        Path place = path.resolve(name);
        try {
            PosixFileAttributes found = attributes(name);
            if (found.isSymbolicLink()) {
                return Optional.empty();
            }
            requireOwned(place, found);
            if (!found.isDirectory()) {
                throw unsafe(place, "it is no directory");
            }
            return Optional.of(new OwnedDirectory(
                    place, owner, stream.newDirectoryStream(Path.of(name), LinkOption.NOFOLLOW_LINKS)));
        } catch (NoSuchFileException none) {
            return Optional.empty();
        } catch (IOException e) {
            throw unreadable(place, e);
        }
    }

    /** Whether something of this name is there. */
    boolean has(String name) {
        try {
            return attributes(name) != null;
        } catch (IOException none) {
            return false;
        }
    }

    /**
     * All of a file.
     *
     * @return empty when there is none of that name
     * @throws KeyringException VAULT_UNSAFE_FILE when it is no file of the owner's or larger than that, BAD_ARGUMENT
     *     when it cannot be read
     */
    Optional<byte[]> file(String name, int mostBytes) {
        Path place = path.resolve(name);
        try {
            PosixFileAttributes found = attributes(name);
            requireOwned(place, found);
            if (!found.isRegularFile()) {
                throw unsafe(place, found.isSymbolicLink() ? "it is a symbolic link" : "it is no regular file");
            }
            byte[] bytes = read(name, mostBytes);
            if (bytes.length > mostBytes) {
                throw unsafe(place, "it has more than " + mostBytes + " bytes");
            }
            if (!attributes(name).fileKey().equals(found.fileKey())) {
                throw unsafe(place, "it was replaced while it was read");
            }
            return Optional.of(bytes);
        } catch (NoSuchFileException none) {
            return Optional.empty();
        } catch (IOException e) {
            throw unreadable(place, e);
        }
    }

    private byte[] read(String name, int mostBytes) throws IOException {
        try (SeekableByteChannel channel =
                stream.newByteChannel(Path.of(name), Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS))) {
            ByteBuffer bytes = ByteBuffer.allocate(mostBytes + 1);
            int count = 0;
            while (bytes.hasRemaining() && count >= 0) {
                count = channel.read(bytes);
            }
            byte[] read = new byte[bytes.flip().remaining()];
            bytes.get(read);
            return read;
        }
    }

    private PosixFileAttributes attributes(String name) throws IOException {
        return stream.getFileAttributeView(Path.of(name), PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                .readAttributes();
    }

    private void requireOwned(Path place, PosixFileAttributes found) throws IOException {
        if (!found.owner().equals(user(owner)) && !found.owner().equals(user(ROOT))) {
            throw unsafe(place, "it belongs neither to uid " + owner + " nor to root");
        }
    }

    /** The JDK reads a number as a uid where no user has it for a name (UnixUserPrincipals). */
    private static UserPrincipal user(long uid) throws IOException {
        return FileSystems.getDefault().getUserPrincipalLookupService().lookupPrincipalByName(Long.toString(uid));
    }

    Path path() {
        return path;
    }

    private static KeyringException unsafe(Path place, String reason) {
        return KeyringException.of(ErrorKind.VAULT_UNSAFE_FILE)
                .with("path", place)
                .with("reason", reason)
                .build();
    }

    private static KeyringException unreadable(Path place, IOException why) {
        return KeyringException.of(ErrorKind.BAD_ARGUMENT)
                .with("argument", place)
                .with("reason", "it cannot be read: " + why.getMessage())
                .with("hint", "ls -ld " + place)
                .causedBy(why)
                .build();
    }

    @Override
    public void close() {
        try {
            stream.close();
        } catch (IOException e) {
            throw new UncheckedIOException("a directory cannot be closed", e);
        }
    }
}
