// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** Keeps a second daemon off a state directory. The kernel lets go of it when the process ends, however. */
final class DirectoryLock implements AutoCloseable {
    private final FileChannel channel;

    private DirectoryLock(FileChannel channel) {
        this.channel = channel;
    }

    /**
     * @throws StoreException.InUse when another daemon has it, in this process or another
     */
    static DirectoryLock take(Path directory) throws StoreException {
        Path file = directory.resolve("lock");
        try {
            FileChannel channel = FileChannel.open(
                    file,
                    Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            return lock(directory, channel);
        } catch (IOException e) {
            throw TrustedPath.failed(file, e);
        }
    }

    private static DirectoryLock lock(Path directory, FileChannel channel) throws IOException, StoreException {
        try {
            if (channel.tryLock() != null) {
                return new DirectoryLock(channel);
            }
        } catch (OverlappingFileLockException e) {
            channel.close();
            throw new StoreException.InUse(directory.toString());
        }
        channel.close();
        throw new StoreException.InUse(directory.toString());
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            System.getLogger(DirectoryLock.class.getName())
                    .log(System.Logger.Level.WARNING, "the lock of the state directory cannot be closed", e);
        }
    }
}
