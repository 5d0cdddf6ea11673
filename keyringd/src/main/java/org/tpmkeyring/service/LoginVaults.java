// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.service;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.tpmkeyring.protocol.KeyringException;
import org.tpmkeyring.protocol.api.VaultOutcome;
import org.tpmkeyring.protocol.value.When;
import org.tpmkeyring.secret.SecretBuffer;
import org.tpmkeyring.vault.LoadedVault;
import org.tpmkeyring.vault.Vault;

/** The vaults that a login unlocks and the last logout locks. What is refused for one keeps no other from it. */
final class LoginVaults {
    private final Vaults vaults;
    private final VaultUnlocker unlocker;
    private final Deliveries deliveries;
    private final KeyStates states;

    LoginVaults(Vaults vaults, VaultUnlocker unlocker, Deliveries deliveries, KeyStates states) {
        this.vaults = vaults;
        this.unlocker = unlocker;
        this.deliveries = deliveries;
        this.states = states;
    }

    /** An owner's sound ones, by name. */
    List<Vault> of(long owner) {
        return loaded(owner).map(LoadedVault::vault).toList();
    }

    private Stream<LoadedVault> loaded(long owner) {
        return vaults.sound(owner).stream()
                .filter(loaded -> loaded.vault().when() == When.LOGIN)
                .sorted(Comparator.comparing(loaded -> loaded.vault().name().text()));
    }

    /** Whether all keys of a vault are in place. */
    boolean isUnlocked(Vault vault) {
        return states.unlocked(vault);
    }

    /**
     * Unlocks all of an owner's; a damaged vault, which may be one of them, is told as refused.
     *
     * @param password that he logged in with, where it was kept; stays the caller's
     */
    List<VaultOutcome> unlock(long owner, Optional<SecretBuffer> password) {
        List<VaultOutcome> outcomes = new ArrayList<>();
        Optional<Password> given = password.map(secret -> new Password(secret, false));
        loaded(owner).forEach(loaded -> outcomes.add(orTold(loaded, vault -> unlocker.unlock(vault, given))));
        vaults.damaged(owner).forEach(damaged -> outcomes.add(VaultOutcomes.refused(owner, damaged, owner)));
        return outcomes;
    }

    /**
     * Locks an owner's.
     *
     * @param which by name
     * @param unless asked at the last moment: somebody may have logged in again
     */
    List<VaultOutcome> lock(long owner, Predicate<String> which, Predicate<Vault> unless) {
        return loaded(owner)
                .filter(loaded -> which.test(loaded.vault().name().text()))
                .flatMap(loaded -> lock(loaded, unless).stream())
                .toList();
    }

    private Optional<VaultOutcome> lock(LoadedVault loaded, Predicate<Vault> unless) {
        return vaults.whileDelivering(
                loaded.vault().id(),
                () -> unless.test(loaded.vault()) ? Optional.empty() : Optional.of(orTold(loaded, this::lockNow)));
    }

    private VaultOutcome lockNow(LoadedVault loaded) {
        Vault current = vaults.fresh(loaded.vault()).vault();
        return VaultOutcomes.done(current, Optional.empty(), deliveries.removeAll(current));
    }

    private static VaultOutcome orTold(LoadedVault loaded, Function<LoadedVault, VaultOutcome> work) {
        try {
            return work.apply(loaded);
        } catch (KeyringException e) {
            return VaultOutcomes.refused(loaded.vault(), e, loaded.vault().owner());
        }
    }
}
