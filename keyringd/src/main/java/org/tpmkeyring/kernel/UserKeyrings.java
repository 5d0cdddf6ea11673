// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.kernel;

import java.util.Optional;
import org.tpmkeyring.protocol.value.Bytes;
import org.tpmkeyring.secret.SecretBuffer;

/**
 * The user keyrings ({@code @u}) of this machine's users. Safe for use from any thread. A delivered key
 * stays owned by and charged to the daemon's uid; its user possesses it through his keyring.
 */
public interface UserKeyrings extends AutoCloseable {
    /**
     * Puts a key into a user's keyring, in the place of one with the same type and description.
     *
     * @param uid owner of the keyring
     * @param type {@code user}, {@code logon} or {@code fscrypt-provisioning}
     * @param description as the consumer looks it up
     * @param payload stays the caller's
     * @param readable whether the possessor gets the read permission; without it he can still read a
     *     {@code user} key that he can find (keyctl_read(3)), but nothing of the other types
     * @throws KernelException when the kernel refuses
     */
    KeySerial deliver(long uid, KernelKeyType type, String description, SecretBuffer payload, boolean readable)
            throws KernelException;

    /**
     * Makes the kernel generate an {@code encrypted} key (keys-trusted-encrypted.rst).
     *
     * @param master payload of the {@code user} master key; stays the caller's
     * @param shape format and payload size
     * @return what the kernel exports: the text for a later {@link #loadEncrypted}, itself encrypted
     */
    Bytes makeEncrypted(EncryptedKeyShape shape, SecretBuffer master) throws KernelException;

    /** Loads an exported {@code encrypted} key into a user's keyring. The master is gone again afterwards. */
    KeySerial loadEncrypted(long uid, String description, EncryptedKeyShape shape, Bytes exported, SecretBuffer master)
            throws KernelException;

    /** What is in a user's keyring under this type and description. Changes nothing. */
    Presence find(long uid, KernelKeyType type, String description) throws KernelException;

    /**
     * What {@link #deliver} put into a user's keyring.
     *
     * @return the caller owns it; empty when there is nothing, or nothing of ours
     * @throws KernelException for a type whose payload nobody may read, such as {@code logon}
     */
    Optional<SecretBuffer> read(long uid, KernelKeyType type, String description) throws KernelException;

    /**
     * Invalidates a key that {@link #deliver} or {@link #loadEncrypted} put there.
     *
     * @return false when there was nothing, or nothing of ours
     */
    boolean remove(long uid, KernelKeyType type, String description) throws KernelException;

    /** Whether this kernel has the key type. */
    boolean supports(KernelKeyType type);

    @Override
    void close();
}
