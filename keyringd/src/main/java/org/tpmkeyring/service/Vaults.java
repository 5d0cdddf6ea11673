// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.service;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.tpmkeyring.protocol.Ambiguous;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.KeyringException;
import org.tpmkeyring.protocol.value.VaultName;
import org.tpmkeyring.protocol.value.When;
import org.tpmkeyring.store.VaultId;
import org.tpmkeyring.vault.Kek;
import org.tpmkeyring.vault.LoadedVault;
import org.tpmkeyring.vault.Vault;
import org.tpmkeyring.vault.VaultRepository;
import org.tpmkeyring.vault.VaultRepository.Damaged;
import org.tpmkeyring.vault.VaultRepository.Listed;
import org.tpmkeyring.vault.VaultRepository.Sound;

/**
 * The vaults as the use cases see them: found by name, changed one change at a time.
 *
 * <p>Reading takes no lock. Every change holds the owner's lock, which is held while files are written and never
 * while a person or the TPM is waited for. What puts keys into the kernel or takes them out holds the vault's
 * lock, so that a key that was just removed is not delivered again by an unlock under way.
 */
final class Vaults {
    /** Name of the vault that is meant where none is named. */
    static final String DEFAULT_NAME = "default";

    private static final int ATTEMPTS = 3;

    private final VaultRepository repository;
    private final KeyedLocks<Long> owners = new KeyedLocks<>();
    private final KeyedLocks<VaultId> deliveries = new KeyedLocks<>();
    private final Map<VaultId, LoadedVault> verified = new ConcurrentHashMap<>();
    private final Map<VaultId, LoadedVault> refuted = new ConcurrentHashMap<>();

    Vaults(VaultRepository repository) {
        this.repository = repository;
    }

    /** Uids with at least one vault, ascending. */
    List<Long> owners() {
        return repository.owners();
    }

    /** All of an owner's vaults, damaged ones too. */
    List<Listed> list(long owner) {
        return repository.list(owner);
    }

    /** An owner's sound vaults. */
    List<LoadedVault> sound(long owner) {
        return list(owner).stream()
                .filter(Sound.class::isInstance)
                .map(listed -> ((Sound) listed).loaded())
                .toList();
    }

    /** An owner's damaged vaults. */
    List<Damaged> damaged(long owner) {
        return list(owner).stream()
                .filter(Damaged.class::isInstance)
                .map(Damaged.class::cast)
                .toList();
    }

    /**
     * The sound vault of this name, or else of this id.
     *
     * @throws KeyringException BAD_NAME; BAD_ARGUMENT for the name of several, none of which is meant more than another
     */
    Optional<LoadedVault> find(long owner, String nameOrId) {
        VaultName name = new VaultName(nameOrId);
        List<LoadedVault> sound = sound(owner);
        List<LoadedVault> named = sound.stream()
                .filter(loaded -> loaded.vault().name().equals(name))
                .toList();
        if (named.size() > 1) {
            throw Ambiguous.vault(
                    nameOrId,
                    named.stream().map(loaded -> loaded.vault().id().text()).toList());
        }
        return named.stream()
                .findFirst()
                .or(() -> sound.stream()
                        .filter(loaded -> loaded.vault().id().text().equals(nameOrId))
                        .findFirst());
    }

    /**
     * Checks that no sound vault of the owner goes by this name.
     *
     * @throws KeyringException VAULT_EXISTS
     */
    void requireFree(long owner, VaultName name) {
        boolean taken = sound(owner).stream()
                .map(LoadedVault::vault)
                .anyMatch(
                        vault -> vault.name().equals(name) || vault.id().text().equals(name.text()));
        if (taken) {
            throw KeyringException.of(ErrorKind.VAULT_EXISTS)
                    .with("vault", name)
                    .build();
        }
    }

    /** The damaged vault of this id; a damaged vault has no name any more. */
    Optional<Damaged> findDamaged(long owner, String id) {
        return damaged(owner).stream()
                .filter(damaged -> damaged.id().text().equals(id))
                .findFirst();
    }

    /** A name for a vault for login: of one that is there, or one that no vault of the owner has. */
    String nameForLogin(long owner) {
        String name = "login";
        for (int n = 2; !goodForLogin(owner, name); n++) {
            name = "login-" + n;
        }
        return name;
    }

    private boolean goodForLogin(long owner, String name) {
        List<Vault> named = sound(owner).stream()
                .map(LoadedVault::vault)
                .filter(vault -> vault.name().text().equals(name))
                .toList();
        return named.isEmpty() || (named.size() == 1 && named.get(0).when() == When.LOGIN);
    }

    /**
     * The sound vault of this name or id.
     *
     * @throws KeyringException as {@link #find}; NO_SUCH_VAULT, or what is wrong with the owner's damaged vault when
     *     no sound one has the name: it may well be the one that is meant
     */
    LoadedVault require(long owner, String nameOrId) {
        return find(owner, nameOrId).orElseThrow(() -> {
            List<Damaged> damaged = damaged(owner);
            return damaged.stream()
                    .filter(candidate -> candidate.id().text().equals(nameOrId))
                    .findFirst()
                    .or(() -> damaged.stream().findFirst())
                    .map(Damaged::reason)
                    .orElseGet(() -> KeyringException.of(ErrorKind.NO_SUCH_VAULT)
                            .with("vault", nameOrId)
                            .build());
        });
    }

    /**
     * Checks that no vault of the owner is damaged: it might have the name that a new one would get.
     *
     * @throws KeyringException what is wrong with the first one that is
     */
    void requireNoneDamaged(long owner) {
        damaged(owner).stream().findFirst().map(Damaged::reason).ifPresent(reason -> {
            throw reason;
        });
    }

    /** The vault as its file is now. */
    LoadedVault fresh(Vault vault) {
        return repository.load(vault.owner(), vault.id());
    }

    /**
     * Checks a vault's metadata against its KEK and remembers that it was right.
     *
     * @throws KeyringException VAULT_DAMAGED when somebody changed the file
     */
    void verify(LoadedVault loaded, Kek kek) {
        try {
            repository.verify(loaded, kek);
        } catch (KeyringException e) {
            refuted.put(loaded.vault().id(), loaded);
            throw e;
        }
        remember(loaded);
    }

    /** Whether exactly these contents were found not to be the vault's own since the daemon started. */
    boolean isRefuted(LoadedVault loaded) {
        return loaded.equals(refuted.get(loaded.vault().id()));
    }

    /** Whether exactly these contents were checked against the vault's KEK since the daemon started. */
    boolean isVerified(LoadedVault loaded) {
        return loaded.equals(verified.get(loaded.vault().id()));
    }

    /** Runs work while nobody else moves keys of this vault into the kernel or out of it. */
    <T> T whileDelivering(VaultId vault, Supplier<T> work) {
        return deliveries.exclusively(vault, work);
    }

    /**
     * Writes a vault that does not exist yet.
     *
     * @param stillAllowed refuses when what was checked before is not so any more
     */
    LoadedVault create(Vault vault, Kek kek, Runnable stillAllowed) {
        return owners.exclusively(vault.owner(), () -> {
            stillAllowed.run();
            return remember(repository.create(vault, kek));
        });
    }

    /**
     * Changes a vault. The change is made to the file as it is by then, whatever the caller saw.
     *
     * @param kek of the vault, for the check before and the authentication after; stays the caller's
     * @param change may refuse with a {@link KeyringException}; may be asked again after a conflict
     */
    LoadedVault change(Vault vault, Kek kek, UnaryOperator<Vault> change) {
        return owners.exclusively(vault.owner(), () -> {
            for (int attempt = 1; ; attempt++) {
                LoadedVault before = fresh(vault);
                verify(before, kek);
                try {
                    return remember(repository.save(before, change.apply(before.vault()), kek));
                } catch (KeyringException e) {
                    if (attempt == ATTEMPTS || fresh(vault).generation() == before.generation()) {
                        throw e;
                    }
                }
            }
        });
    }

    /** Deletes a vault file, sound or not. */
    void delete(long owner, VaultId id) {
        owners.exclusively(owner, () -> {
            repository.delete(owner, id);
            verified.remove(id);
            refuted.remove(id);
            return null;
        });
    }

    /**
     * Puts the previous generation in force. It is unverified until the vault is opened.
     *
     * @param stillWanted refuses when the file is not the one any more that was to be replaced
     */
    LoadedVault restorePrevious(long owner, VaultId id, Runnable stillWanted) {
        return owners.exclusively(owner, () -> {
            stillWanted.run();
            return repository.restorePrevious(owner, id);
        });
    }

    private LoadedVault remember(LoadedVault loaded) {
        verified.put(loaded.vault().id(), loaded);
        return loaded;
    }
}
