// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.service;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.tpmkeyring.protocol.KeyringException;
import org.tpmkeyring.protocol.api.KeyOutcome;
import org.tpmkeyring.protocol.api.KeyResult;
import org.tpmkeyring.protocol.api.VaultOutcome;
import org.tpmkeyring.protocol.value.When;
import org.tpmkeyring.store.VaultId;
import org.tpmkeyring.vault.Kek;
import org.tpmkeyring.vault.LoadedVault;
import org.tpmkeyring.vault.Vault;

/**
 * Unlocks a vault: no TPM command when every key is in place, one unseal otherwise, however many keys there are
 * and however many callers come at the same time. When the boot ends while the TPM works, the keys of a boot vault
 * that leave at the end of boot leave again at once, and their outcomes say so.
 */
final class VaultUnlocker {
    private final Vaults vaults;
    private final VaultOpener opener;
    private final Deliveries deliveries;
    private final Door door;
    /** One at a time for each vault: the TPM counts wrong ones. */
    private final KeyedLocks<VaultId> withPassword = new KeyedLocks<>();

    private final SingleFlight<Flight, VaultOutcome> flights = new SingleFlight<>();

    VaultUnlocker(Vaults vaults, VaultOpener opener, Deliveries deliveries, Door door) {
        this.vaults = vaults;
        this.opener = opener;
        this.deliveries = deliveries;
        this.door = door;
    }

    /** Who read a later generation does not join: the run under way may not know the newest key. */
    private record Flight(VaultId vault, long generation) {}

    /**
     * Delivers every key that is not in place.
     *
     * @throws org.tpmkeyring.protocol.KeyringException when the vault cannot be opened
     */
    VaultOutcome unlock(LoadedVault loaded) {
        Vault vault = loaded.vault();
        return flights.run(new Flight(vault.id(), loaded.generation()), close -> {
            Optional<List<KeyOutcome>> inPlace = vaults.whileDelivering(vault.id(), () -> deliveries.allInPlace(vault));
            if (inPlace.isPresent()) {
                return VaultOutcomes.done(vault, Optional.empty(), inPlace.get());
            }
            int before = door.endsOfBoot();
            try (VaultOpener.Opened opened = opener.byTpm(loaded)) {
                return deliver(loaded, opened, deliveries::deliverMissing, close, () -> door.endsOfBoot() != before);
            }
        });
    }

    /**
     * The same with a password at hand, for vaults that the TPM does not open by itself. Who has one does not get the
     * refusal of somebody who has none, and several who come with one at the same time cost one unseal.
     *
     * @param password stays the caller's
     */
    VaultOutcome unlock(LoadedVault loaded, Optional<Password> password) {
        Vault vault = loaded.vault();
        boolean useful =
                password.isPresent() && !Protectors.takingPassword(vault).isEmpty();
        if (!useful || !Protectors.plain(vault).isEmpty()) {
            try {
                return unlock(loaded);
            } catch (KeyringException e) {
                if (!useful) {
                    throw e;
                }
            }
        }
        return withPassword.exclusively(vault.id(), () -> unlockBy(loaded, password.orElseThrow()));
    }

    private VaultOutcome unlockBy(LoadedVault loaded, Password password) {
        Vault vault = loaded.vault();
        Optional<List<KeyOutcome>> inPlace = vaults.whileDelivering(vault.id(), () -> deliveries.allInPlace(vault));
        if (inPlace.isPresent()) {
            return VaultOutcomes.done(vault, Optional.empty(), inPlace.get());
        }
        int before = door.endsOfBoot();
        try (VaultOpener.Opened opened = opener.byPassword(loaded, password)) {
            return deliver(loaded, opened, deliveries::deliverMissing, () -> {}, () -> door.endsOfBoot() != before);
        }
    }

    /** Delivers the keys of a vault that is open, for whoever needs the keys themselves. It stays the caller's. */
    VaultOutcome deliver(LoadedVault loaded, VaultOpener.Opened opened) {
        return deliver(loaded, opened, deliveries::deliverToHand, () -> {}, () -> false);
    }

    /** Looks at the file again once nobody else moves keys: one may have been removed since it was read. */
    private VaultOutcome deliver(
            LoadedVault loaded,
            VaultOpener.Opened opened,
            BiFunction<Vault, Kek, List<KeyOutcome>> delivery,
            Runnable close,
            BooleanSupplier bootIsOver) {
        return vaults.whileDelivering(loaded.vault().id(), () -> {
            close.run();
            Vault current = current(loaded, opened.kek());
            List<KeyOutcome> delivered = delivery.apply(current, opened.kek());
            boolean leaving = current.when() == When.BOOT && bootIsOver.getAsBoolean();
            return VaultOutcomes.done(
                    current, Optional.of(opened.protector()), leaving ? left(current, delivered) : delivered);
        });
    }

    /** Takes the keys away that leave. What was told of one that went is told no more. */
    private List<KeyOutcome> left(Vault vault, List<KeyOutcome> delivered) {
        KeyringException why = opener.locked(vault);
        Map<String, KeyOutcome> left = deliveries.removeLeaving(vault).stream()
                .filter(key -> key.result() != KeyResult.ABSENT)
                .collect(Collectors.toMap(KeyOutcome::name, key -> because(key, why)));
        return delivered.stream().map(key -> left.getOrDefault(key.name(), key)).toList();
    }

    private static KeyOutcome because(KeyOutcome key, KeyringException why) {
        return new KeyOutcome(
                key.name(),
                key.target(),
                key.result(),
                key.identifiers(),
                key.serials(),
                key.place(),
                Optional.of(key.reason().orElse(why.sentence())),
                Optional.of(key.hint().orElse(why.hint())));
    }

    private Vault current(LoadedVault loaded, Kek kek) {
        LoadedVault fresh = vaults.fresh(loaded.vault());
        if (!fresh.equals(loaded)) {
            vaults.verify(fresh, kek);
        }
        return fresh.vault();
    }
}
