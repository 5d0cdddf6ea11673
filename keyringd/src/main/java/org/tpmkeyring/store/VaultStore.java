// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.store;

import java.util.List;
import org.tpmkeyring.protocol.value.Bytes;

/**
 * Vault files. A file is replaced as a whole: after a crash at any point there is the old or the new
 * state, complete. The generation before the current one is kept for {@link #restorePrevious}. Safe for
 * use from any thread.
 */
public interface VaultStore extends AutoCloseable {
    /** Uids that have at least one vault file, ascending. */
    List<Long> owners() throws StoreException;

    /** Ids of an owner's vault files, usable or not, ascending. */
    List<VaultId> list(long owner) throws StoreException;

    /**
     * @throws StoreException.Missing when there is no such file
     * @throws StoreException.Unsafe when type, owner, mode, link count or size of the file is wrong
     * @throws StoreException.Damaged when its length or checksum is wrong
     * @throws StoreException.TooNew when a later program wrote it
     */
    StoredVault read(long owner, VaultId id) throws StoreException;

    /** Writes generation 1 of a vault that does not exist yet, and a spare copy in the place of a previous one. */
    void create(long owner, VaultId id, Bytes body) throws StoreException;

    /**
     * Replaces.
     *
     * @param expectedGeneration the generation that the new body was made from
     * @throws StoreException.Conflict when the file has another generation by now
     */
    void replace(long owner, VaultId id, long expectedGeneration, Bytes body) throws StoreException;

    /** Deletes a vault file, its previous generation and the damaged one that was kept. */
    void delete(long owner, VaultId id) throws StoreException;

    /**
     * Puts the previous generation in force again, byte for byte. The file in whose place it comes is kept beside it
     * until the next time.
     */
    StoredVault restorePrevious(long owner, VaultId id) throws StoreException;

    /** Lets another daemon have the directory. Throws nothing. */
    @Override
    void close();
}
