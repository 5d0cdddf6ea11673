// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.service;

import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.tpmkeyring.protocol.api.KeyOutcome;
import org.tpmkeyring.protocol.api.VaultOutcome;
import org.tpmkeyring.store.VaultId;
import org.tpmkeyring.vault.Kek;
import org.tpmkeyring.vault.LoadedVault;
import org.tpmkeyring.vault.Vault;

/**
 * Unlocks a vault: no TPM command when every key is in place, one unseal otherwise, however many keys there are
 * and however many callers come at the same time. When the door is closed while the TPM works, the keys that leave at
 * the end of boot leave again at once.
 */
final class VaultUnlocker {
    private final Vaults vaults;
    private final VaultOpener opener;
    private final Deliveries deliveries;
    private final Door door;
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
            int closings = door.closings();
            try (VaultOpener.Opened opened = opener.byTpm(loaded)) {
                return deliver(loaded, opened, close, () -> door.closings() != closings);
            }
        });
    }

    /** Delivers the keys of a vault that is open. It stays the caller's. */
    VaultOutcome deliver(LoadedVault loaded, VaultOpener.Opened opened) {
        return deliver(loaded, opened, () -> {}, () -> false);
    }

    /** Looks at the file again once nobody else moves keys: one may have been removed since it was read. */
    private VaultOutcome deliver(
            LoadedVault loaded, VaultOpener.Opened opened, Runnable close, BooleanSupplier bootIsOver) {
        return vaults.whileDelivering(loaded.vault().id(), () -> {
            close.run();
            Vault current = current(loaded, opened.kek());
            List<KeyOutcome> keys = deliveries.deliverMissing(current, opened.kek());
            if (bootIsOver.getAsBoolean()) {
                deliveries.removeLeaving(current);
            }
            return VaultOutcomes.done(current, Optional.of(opened.protector()), keys);
        });
    }

    private Vault current(LoadedVault loaded, Kek kek) {
        LoadedVault fresh = vaults.fresh(loaded.vault());
        if (!fresh.equals(loaded)) {
            vaults.verify(fresh, kek);
        }
        return fresh.vault();
    }
}
