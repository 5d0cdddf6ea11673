// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.store.directory;

import org.tpmkeyring.store.StoreException;
import org.tpmkeyring.store.directory.binding.ErrnoException;

/**
 * What a file or directory must be to be used: made by this user and by nobody else, so that nobody else can
 * have written it.
 *
 * @param uid who the daemon runs as
 */
record Trust(long uid) {
    private static final int FILE_PERMISSIONS = 0600;
    private static final int DIRECTORY_PERMISSIONS = 0700;

    void requireDirectory(String path, FileStatus status) throws StoreException {
        requireOwnerAndMode(path, status, DIRECTORY_PERMISSIONS);
    }

    void requireFile(String path, FileStatus status) throws StoreException {
        if (status.type() != FileStatus.REGULAR) {
            throw new StoreException.Unsafe(path, "it is " + status.typeInWords() + ", not a regular file");
        }
        requireOwnerAndMode(path, status, FILE_PERMISSIONS);
        if (status.links() != 1) {
            throw new StoreException.Unsafe(path, "it has " + status.links() + " names (hard links) instead of one");
        }
        if (status.sizeBytes() > VaultFileFormat.MAX_FILE_BYTES) {
            throw new StoreException.Unsafe(
                    path, "it has " + status.sizeBytes() + " bytes, the limit is " + VaultFileFormat.MAX_FILE_BYTES);
        }
    }

    private void requireOwnerAndMode(String path, FileStatus status, int permissions) throws StoreException {
        if (status.owner() != uid) {
            throw new StoreException.Unsafe(path, "it belongs to uid " + status.owner() + " instead of uid " + uid);
        }
        if (status.permissions() != permissions) {
            throw new StoreException.Unsafe(
                    path, String.format("it has mode %04o instead of %04o", status.permissions(), permissions));
        }
    }

    /** What became of an open or of any other call, in the words of the port. */
    static StoreException explain(String path, ErrnoException e) {
        return switch (e.errno()) {
            case ErrnoException.ENOENT -> new StoreException.Missing(path);
            case ErrnoException.ELOOP -> new StoreException.Unsafe(path, "it is a symbolic link");
            case ErrnoException.ENXIO -> new StoreException.Unsafe(path, "it is a socket, not a regular file");
            case ErrnoException.ENOTDIR ->
                new StoreException.Unsafe(path, "it is a symbolic link or something else than a directory");
            default -> failed(path, e);
        };
    }

    static StoreException failed(String path, ErrnoException e) {
        String reason = switch (e.errno()) {
            case ErrnoException.ENOSPC -> "the file system is full";
            case ErrnoException.EDQUOT -> "the disk quota is used up";
            case ErrnoException.EROFS -> "the file system is read-only";
            case ErrnoException.EIO -> "the disk reports an input/output error";
            default -> e.getMessage();
        };
        return new StoreException.Failed(path, "cannot " + e.call() + " it: " + reason, e);
    }
}
