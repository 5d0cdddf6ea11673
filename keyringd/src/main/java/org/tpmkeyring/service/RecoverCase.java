// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.service;

import java.util.List;
import java.util.Optional;
import org.tpmkeyring.protocol.KeyringException;
import org.tpmkeyring.protocol.api.Recover;
import org.tpmkeyring.protocol.value.PcrSelection;
import org.tpmkeyring.vault.LoadedVault;

/** Opens a vault with a recovery key and delivers its keys, after sealing it anew where that is asked for. */
final class RecoverCase implements Handler<Recover.Request, Recover.Reply> {
    private final Vaults vaults;
    private final VaultOpener opener;
    private final VaultUnlocker unlocker;
    private final Resealing resealing;

    RecoverCase(Vaults vaults, VaultOpener opener, VaultUnlocker unlocker, Resealing resealing) {
        this.vaults = vaults;
        this.opener = opener;
        this.unlocker = unlocker;
        this.resealing = resealing;
    }

    @Override
    public Recover.Reply handle(Call<Recover.Request> call) {
        Recover.Request request = call.request();
        Resealing.Wish wish = new Resealing.Wish(
                request.pcrs().map(PcrSelection::parse), request.allowUnmeasured(), Optional.empty());
        LoadedVault loaded = vaults.require(call.owner(), request.vault());
        if (request.reseal()) {
            requireSealable(loaded, wish);
        }
        try (VaultOpener.Opened opened = opener.byRecoveryKey(loaded, call.secrets())) {
            Resealing.Outcome outcome = request.reseal()
                    ? resealing.reseal(loaded, opened, wish, call.secrets())
                    : new Resealing.Outcome(List.of(), List.of());
            return new Recover.Reply(unlocker.deliver(loaded, opened), outcome.resealed(), outcome.kept());
        }
    }

    /** Whoever is locked out has to hear that the recovery alone would work. */
    private void requireSealable(LoadedVault loaded, Resealing.Wish wish) {
        try {
            resealing.requirePossible(loaded.vault(), wish);
        } catch (KeyringException e) {
            throw e.with("hint", "tpm-keyring recover " + loaded.vault().name());
        }
    }
}
