// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;

/**
 * Looks at owner, mode, type, link count and size before anything of a file is believed. All of it happens
 * below a directory that only the daemon's uid may enter and write, which {@link #checkDirectory} has
 * established, so nobody else can exchange a file between the look and the read.
 */
final class TrustedPath {
    private static final int TYPE_MASK = 0xF000;
    private static final int DIRECTORY = 0x4000;
    private static final int REGULAR = 0x8000;
    private static final int PERMISSIONS = 0xFFF;
    private static final int WRITABLE_BY_OTHERS = 0022;

    private final long uid;

    /**
     * @param uid who has to own everything
     */
    TrustedPath(long uid) {
        this.uid = uid;
    }

    /** A real directory, ours, closed to everybody else. */
    void checkDirectory(Path directory) throws StoreException {
        Map<String, Object> found = attributes(directory);
        int mode = (int) found.get("mode");
        if ((mode & TYPE_MASK) != DIRECTORY) {
            throw unsafe(directory, "it is not a directory");
        }
        checkOwner(directory, found);
        if ((mode & PERMISSIONS) != 0700) {
            throw unsafe(directory, String.format("it has mode %04o instead of 0700", mode & PERMISSIONS));
        }
    }

    /** A real directory, ours, that others may enter and nobody else may write in. */
    void checkSharedDirectory(Path directory) throws StoreException {
        Map<String, Object> found = attributes(directory);
        int mode = (int) found.get("mode");
        if ((mode & TYPE_MASK) != DIRECTORY) {
            throw unsafe(directory, "it is not a directory");
        }
        checkOwner(directory, found);
        if ((mode & WRITABLE_BY_OTHERS) != 0) {
            throw unsafe(directory, String.format("others may write in it, its mode is %04o", mode & PERMISSIONS));
        }
    }

    /**
     * Reads a file whole.
     *
     * @param twins the other names that the file may have; none as a rule
     */
    byte[] read(Path file, Path... twins) throws StoreException {
        check(file, twins);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
            ByteBuffer contents = ByteBuffer.allocate(Math.toIntExact(channel.size()));
            int read = 0;
            while (contents.hasRemaining() && read >= 0) {
                read = channel.read(contents);
            }
            return contents.array();
        } catch (IOException e) {
            throw failed(file, e);
        }
    }

    private void check(Path file, Path... twins) throws StoreException {
        Map<String, Object> found = attributes(file);
        int mode = (int) found.get("mode");
        if ((mode & TYPE_MASK) != REGULAR) {
            throw unsafe(file, "it is not a regular file");
        }
        checkOwner(file, found);
        if ((mode & PERMISSIONS) != 0600) {
            throw unsafe(file, String.format("it has mode %04o instead of 0600", mode & PERMISSIONS));
        }
        int links = (int) found.get("nlink");
        if (links > 1 && links > 1 + same(found, twins)) {
            throw unsafe(file, "it has " + links + " names");
        }
        long size = (long) found.get("size");
        if (size > VaultFileFormat.MAX_FILE_BYTES) {
            throw unsafe(file, "it has " + size + " bytes, a vault has at most " + VaultFileFormat.MAX_FILE_BYTES);
        }
    }

    private static int same(Map<String, Object> found, Path... twins) throws StoreException {
        int same = 0;
        for (Path twin : twins) {
            same += isSame(found, twin) ? 1 : 0;
        }
        return same;
    }

    private static boolean isSame(Map<String, Object> found, Path twin) throws StoreException {
        try {
            return found.get("ino").equals(attributes(twin).get("ino"));
        } catch (StoreException.Missing e) {
            return false;
        }
    }

    private void checkOwner(Path path, Map<String, Object> found) throws StoreException {
        long owner = Integer.toUnsignedLong((int) found.get("uid"));
        if (owner != uid) {
            throw unsafe(path, "it belongs to uid " + owner + " instead of " + uid);
        }
    }

    private static Map<String, Object> attributes(Path path) throws StoreException {
        try {
            return Files.readAttributes(path, "unix:mode,uid,nlink,ino,size", LinkOption.NOFOLLOW_LINKS);
        } catch (NoSuchFileException e) {
            throw new StoreException.Missing(path.toString());
        } catch (IOException e) {
            throw failed(path, e);
        }
    }

    private static StoreException unsafe(Path path, String reason) {
        return new StoreException.Unsafe(path.toString(), reason);
    }

    /** What the file system said, as one clause. */
    static StoreException failed(Path path, IOException e) {
        String reason = e instanceof java.nio.file.FileSystemException said && said.getReason() != null
                ? said.getReason()
                : String.valueOf(e.getMessage());
        return new StoreException.Failed(path.toString(), reason, e);
    }
}
