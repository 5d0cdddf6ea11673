// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.vault;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.tpmkeyring.protocol.KeyringException;
import org.tpmkeyring.protocol.value.VaultName;
import org.tpmkeyring.store.StoreException;
import org.tpmkeyring.store.StoredVault;
import org.tpmkeyring.store.VaultId;
import org.tpmkeyring.store.VaultStore;

/**
 * Vaults in a store. What is read is checked for its form, for its id being the file's and its owner the
 * directory's; whether it is authentic shows only once somebody has the KEK, see {@link #verify}. Refusals are
 * {@link KeyringException}: NO_SUCH_VAULT, VAULT_DAMAGED, VAULT_TOO_NEW, VAULT_UNSAFE_FILE, and UNEXPECTED for
 * trouble of the file system.
 */
public final class VaultRepository {
    private final VaultStore store;

    /**
     * @param store stays the caller's
     */
    public VaultRepository(VaultStore store) {
        this.store = store;
    }

    /** A vault file, usable or not, so that one that is damaged does not hide the others. */
    public sealed interface Listed {}

    /** A usable one. */
    public record Sound(LoadedVault loaded) implements Listed {}

    /**
     * One that is not.
     *
     * @param reason what reading it was refused with
     */
    public record Damaged(long owner, VaultId id, KeyringException reason) implements Listed {}

    /** Uids that have a vault file, ascending. */
    public List<Long> owners() {
        try {
            return store.owners();
        } catch (StoreException e) {
            throw StoreRefusals.refusal(e, "");
        }
    }

    /** All of an owner's vault files, ascending by id. */
    public List<Listed> list(long owner) {
        try {
            List<Listed> listed = new ArrayList<>();
            for (VaultId id : store.list(owner)) {
                read(owner, id).ifPresent(listed::add);
            }
            return listed;
        } catch (StoreException e) {
            throw StoreRefusals.refusal(e, "");
        }
    }

    /** Empty for a file that was deleted between listing and reading. */
    private Optional<Listed> read(long owner, VaultId id) {
        try {
            return Optional.of(new Sound(decode(owner, id, store.read(owner, id))));
        } catch (StoreException.Missing e) {
            return Optional.empty();
        } catch (StoreException e) {
            return Optional.of(new Damaged(owner, id, StoreRefusals.refusal(e, id.text())));
        } catch (KeyringException e) {
            return Optional.of(new Damaged(owner, id, e));
        }
    }

    /** The owner's sound vault with this name. */
    public Optional<LoadedVault> find(long owner, VaultName name) {
        return list(owner).stream()
                .filter(Sound.class::isInstance)
                .map(listed -> ((Sound) listed).loaded())
                .filter(loaded -> loaded.vault().name().equals(name))
                .findFirst();
    }

    /** The vault with this id. */
    public LoadedVault load(long owner, VaultId id) {
        try {
            return decode(owner, id, store.read(owner, id));
        } catch (StoreException e) {
            throw StoreRefusals.refusal(e, id.text());
        }
    }

    private static LoadedVault decode(long owner, VaultId id, StoredVault stored) {
        try {
            LoadedVault loaded = VaultCodec.decode(stored);
            if (!loaded.vault().id().equals(id)) {
                throw new MalformedVaultException(
                        "it holds vault " + loaded.vault().id() + ", two files were exchanged");
            }
            if (loaded.vault().owner() != owner) {
                throw new MalformedVaultException(
                        "it belongs to uid " + loaded.vault().owner());
            }
            return loaded;
        } catch (MalformedVaultException e) {
            throw StoreRefusals.damaged(id.text(), e.getMessage());
        }
    }

    /**
     * Checks that the vault is what was saved under this KEK.
     *
     * @param kek stays the caller's
     * @throws KeyringException VAULT_DAMAGED when it is not
     */
    public void verify(LoadedVault loaded, Kek kek) {
        if (!MetadataCode.holds(loaded, kek)) {
            throw StoreRefusals.damaged(
                            loaded.vault().name().text(), "its contents were changed by something else than keyringd")
                    .with("id", loaded.vault().id());
        }
    }

    /**
     * Writes a new vault.
     *
     * @param kek stays the caller's
     */
    public LoadedVault create(Vault vault, Kek kek) {
        LoadedVault loaded = new LoadedVault(vault, 1, MetadataCode.of(vault, 1, kek));
        try {
            store.create(vault.owner(), vault.id(), VaultCodec.encode(vault, loaded.mac()));
            return loaded;
        } catch (StoreException e) {
            throw StoreRefusals.refusal(e, vault.name().text());
        }
    }

    /**
     * Replaces a vault.
     *
     * @param before what {@code after} was made from; it has to be the one in the store still
     * @param kek stays the caller's
     */
    public LoadedVault save(LoadedVault before, Vault after, Kek kek) {
        long generation = before.generation() + 1;
        LoadedVault loaded = new LoadedVault(after, generation, MetadataCode.of(after, generation, kek));
        try {
            store.replace(after.owner(), after.id(), before.generation(), VaultCodec.encode(after, loaded.mac()));
            return loaded;
        } catch (StoreException e) {
            throw StoreRefusals.refusal(e, after.name().text());
        }
    }

    /** Deletes a vault and its previous generation. */
    public void delete(long owner, VaultId id) {
        try {
            store.delete(owner, id);
        } catch (StoreException e) {
            throw StoreRefusals.refusal(e, id.text());
        }
    }

    /** Puts the previous generation in force again. */
    public LoadedVault restorePrevious(long owner, VaultId id) {
        try {
            return decode(owner, id, store.restorePrevious(owner, id));
        } catch (StoreException.Missing | StoreException.Damaged e) {
            throw StoreRefusals.withoutPrevious(id, e);
        } catch (StoreException e) {
            throw StoreRefusals.refusal(e, id.text());
        }
    }
}
