// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.store.directory;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.tpmkeyring.protocol.value.Bytes;
import org.tpmkeyring.store.StoreException;
import org.tpmkeyring.store.StoredVault;
import org.tpmkeyring.store.VaultId;
import org.tpmkeyring.store.VaultStore;
import org.tpmkeyring.store.directory.binding.FileCalls;

/**
 * Vault files in {@code STATE/vaults/UID/ID.vault}, with the generation before in {@code ID.vault.previous}.
 * docs/vault-format.md describes files, names and the order of system calls.
 */
public final class DirectoryVaultStore implements VaultStore {
    private static final System.Logger LOG = System.getLogger(DirectoryVaultStore.class.getName());

    private final StateDirectory state;

    private DirectoryVaultStore(StateDirectory state) {
        this.state = state;
    }

    /**
     * Opens the state directory for this process alone, makes what is missing of it and removes what a crash
     * left over.
     *
     * @param stateDirectory its parent must exist
     * @throws StoreException.InUse when another daemon, or another store of this one, has it open
     * @throws StoreException.Unsafe when it is a symbolic link, or not this user's alone
     * @throws StoreException.Missing when its parent does not exist
     */
    public static DirectoryVaultStore open(Path stateDirectory) throws StoreException {
        return open(
                stateDirectory.toAbsolutePath().normalize().toString(),
                new LinuxFileOperations(),
                new Trust(FileCalls.effectiveUid()));
    }

    static DirectoryVaultStore open(String stateDirectory, FileOperations operations, Trust trust)
            throws StoreException {
        StateDirectory state = StateDirectory.open(operations, trust, stateDirectory);
        DirectoryVaultStore store = new DirectoryVaultStore(state);
        boolean whole = false;
        try {
            store.removeLeftovers();
            whole = true;
            return store;
        } finally {
            if (!whole) {
                state.close();
            }
        }
    }

    private void removeLeftovers() throws StoreException {
        for (long owner : uids()) {
            try (OwnerDirectory directory = state.owner(owner)) {
                directory.names().stream().filter(FileNames::isLeftover).forEach(directory::clear);
            } catch (StoreException.Unsafe e) {
                LOG.log(System.Logger.Level.WARNING, "{0} is not trusted: {1}", e.path(), e.getMessage());
            }
        }
    }

    private List<Long> uids() throws StoreException {
        return state.ownerNames().stream()
                .map(FileNames::uid)
                .filter(OptionalLong::isPresent)
                .map(OptionalLong::getAsLong)
                .sorted()
                .toList();
    }

    private void requireOpen() {
        if (!state.isOpen()) {
            throw new IllegalStateException("the store is closed");
        }
    }

    /** A directory that is not trusted counts as having files: {@link #list} says what is wrong with it. */
    @Override
    public synchronized List<Long> owners() throws StoreException {
        requireOpen();
        List<Long> owners = new ArrayList<>();
        for (long uid : uids()) {
            try {
                if (!list(uid).isEmpty()) {
                    owners.add(uid);
                }
            } catch (StoreException.Unsafe e) {
                owners.add(uid);
            }
        }
        return List.copyOf(owners);
    }

    @Override
    public synchronized List<VaultId> list(long owner) throws StoreException {
        requireOpen();
        try (OwnerDirectory directory = state.owner(owner)) {
            return directory.names().stream()
                    .flatMap(name -> FileNames.vault(name).stream())
                    .distinct()
                    .sorted()
                    .toList();
        } catch (StoreException.Missing e) {
            return List.of();
        }
    }

    @Override
    public synchronized StoredVault read(long owner, VaultId id) throws StoreException {
        requireOpen();
        try (OwnerDirectory directory = state.owner(owner)) {
            return decode(directory, FileNames.current(id));
        }
    }

    private static StoredVault decode(OwnerDirectory directory, String name) throws StoreException {
        return VaultFileFormat.decode(directory.path(name), directory.read(name));
    }

    @Override
    public synchronized void create(long owner, VaultId id, Bytes body) throws StoreException {
        requireOpen();
        try (OwnerDirectory directory = state.ownerOrNew(owner)) {
            if (directory.names().contains(FileNames.current(id))) {
                throw new StoreException.Conflict(directory.path(FileNames.current(id)));
            }
            directory.install(id, VaultFileFormat.encode(1, body), "");
        }
    }

    @Override
    public synchronized void replace(long owner, VaultId id, long expectedGeneration, Bytes body)
            throws StoreException {
        requireOpen();
        try (OwnerDirectory directory = state.owner(owner)) {
            StoredVault current = decode(directory, FileNames.current(id));
            if (current.generation() != expectedGeneration) {
                throw new StoreException.Conflict(directory.path(FileNames.current(id)));
            }
            directory.install(id, VaultFileFormat.encode(expectedGeneration + 1, body), FileNames.previous(id));
        }
    }

    /** A file of a later program is not deleted. The previous generation goes first: without it the vault is whole. */
    @Override
    public synchronized void delete(long owner, VaultId id) throws StoreException {
        requireOpen();
        try (OwnerDirectory directory = state.owner(owner)) {
            if (!list(owner).contains(id)) {
                throw new StoreException.Missing(directory.path(FileNames.current(id)));
            }
            for (String name : List.of(FileNames.current(id), FileNames.previous(id))) {
                refuseLaterVersion(directory, name);
            }
            directory.remove(FileNames.damaged(id));
            directory.remove(FileNames.previous(id));
            directory.sync();
            directory.remove(FileNames.current(id));
            directory.sync();
        }
    }

    private static void refuseLaterVersion(OwnerDirectory directory, String name) throws StoreException {
        try {
            decode(directory, name);
        } catch (StoreException.TooNew e) {
            throw e;
        } catch (StoreException e) {
            LOG.log(System.Logger.Level.DEBUG, "deleting {0} although {1}", e.path(), e.getMessage());
        }
    }

    @Override
    public synchronized Optional<StoredVault> readPrevious(long owner, VaultId id) throws StoreException {
        requireOpen();
        try (OwnerDirectory directory = state.owner(owner)) {
            return Optional.of(decode(directory, FileNames.previous(id)));
        } catch (StoreException.Missing e) {
            return Optional.empty();
        }
    }

    /**
     * The generation that was in force becomes the previous one, so that this can be taken back; a damaged one
     * is kept as {@code ID.vault.damaged} instead. One that is not trusted or too new stays in force.
     */
    @Override
    public synchronized StoredVault restorePrevious(long owner, VaultId id) throws StoreException {
        requireOpen();
        try (OwnerDirectory directory = state.owner(owner)) {
            StoredVault previous = decode(directory, FileNames.previous(id));
            long newest = previous.generation();
            String keepOldAs = "";
            Optional<byte[]> current = ifThere(directory, FileNames.current(id));
            if (current.isPresent()) {
                keepOldAs = FileNames.previous(id);
                try {
                    newest = Math.max(
                            newest,
                            VaultFileFormat.decode(directory.path(FileNames.current(id)), current.get())
                                    .generation());
                } catch (StoreException.Damaged e) {
                    keepOldAs = FileNames.damaged(id);
                    newest = newestClaimed(previous, current.get());
                }
            }
            StoredVault restored = new StoredVault(newest + 1, previous.body());
            directory.install(id, VaultFileFormat.encode(restored.generation(), restored.body()), keepOldAs);
            return restored;
        }
    }

    private static Optional<byte[]> ifThere(OwnerDirectory directory, String name) throws StoreException {
        try {
            return Optional.of(directory.read(name));
        } catch (StoreException.Missing e) {
            return Optional.empty();
        }
    }

    /** A damaged file had at least the generation after the previous one; what it says itself may be wrong. */
    private static long newestClaimed(StoredVault previous, byte[] damaged) {
        long claimed = VaultFileFormat.claimedGeneration(damaged).orElse(0);
        long believable = claimed > VaultFileFormat.MAX_GENERATION / 10 ? 0 : claimed;
        return Math.max(previous.generation() + 1, believable);
    }

    @Override
    public synchronized void close() {
        state.close();
    }
}
