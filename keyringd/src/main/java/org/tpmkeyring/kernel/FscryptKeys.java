// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.kernel;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.tpmkeyring.protocol.value.Bytes;
import org.tpmkeyring.secret.SecretBuffer;

/**
 * Keys of fscrypt v2 file systems (Documentation/filesystems/fscrypt.rst). Every call acts with the file
 * system identity of {@code uid}, so that nobody reaches a path through the daemon that he could not
 * reach himself, and so that the claim on the key is his.
 */
public interface FscryptKeys {
    /**
     * FS_IOC_ADD_ENCRYPTION_KEY with the raw key.
     *
     * @param raw 16 to 64 bytes; stays the caller's
     * @return the key identifier, 16 bytes
     */
    Bytes add(long uid, Path mount, SecretBuffer raw) throws KernelException;

    /** The same by way of a {@code fscrypt-provisioning} key, which is made for this call. */
    Bytes addByProvisioning(long uid, Path mount, SecretBuffer raw) throws KernelException;

    /** FS_IOC_REMOVE_ENCRYPTION_KEY. */
    Removal remove(long uid, Path mount, Bytes identifier) throws KernelException;

    /** FS_IOC_GET_ENCRYPTION_KEY_STATUS. */
    Status status(long uid, Path mount, Bytes identifier) throws KernelException;

    /** FS_IOC_SET_ENCRYPTION_POLICY on an empty directory: AES-256-XTS contents, AES-256-CTS names. */
    void encryptDirectory(long uid, Path directory, Bytes identifier) throws KernelException;

    /**
     * FS_IOC_GET_ENCRYPTION_POLICY_EX: the key of a directory, whether it is in the file system or not.
     */
    Policy policy(long uid, Path directory) throws KernelException;

    /**
     * What keeps a removed key's files open, for people: one entry a process, such as
     * {@code less (pid 4711): /srv/private/letter}. Processes of other users are not named to a user.
     *
     * @param limit most entries to return
     * @return empty when nothing is found; a process may have gone by then
     */
    List<String> openFiles(long uid, Path mount, Bytes identifier, int limit);

    /**
     * What a directory is encrypted with.
     *
     * @param key empty when the directory is not encrypted, its file system cannot encrypt, or it has a policy of
     *     version 1, whose keys are not identified by what they are
     * @param directory device and inode of the one that was looked at, as {@code stat -c %d:%i} prints them
     */
    record Policy(Optional<Bytes> key, String directory) {}

    /** Result of a removal. */
    enum Removal {
        REMOVED,
        ABSENT,
        /** Gone, but files that are open keep their contents readable. */
        FILES_BUSY,
        /** Another user has a claim on the same key. */
        OTHER_USERS
    }

    /** Status of a key. */
    enum Status {
        ABSENT,
        PRESENT,
        INCOMPLETELY_REMOVED
    }
}
