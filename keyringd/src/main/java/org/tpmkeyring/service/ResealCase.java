// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.service;

import org.tpmkeyring.protocol.api.Reseal;
import org.tpmkeyring.protocol.value.PcrSelection;
import org.tpmkeyring.vault.LoadedVault;

/** Seals a vault to the PCR values of now, with the TPM's help or a recovery key's. */
final class ResealCase implements Handler<Reseal.Request, Reseal.Reply> {
    private final Vaults vaults;
    private final VaultOpener opener;
    private final Resealing resealing;

    ResealCase(Vaults vaults, VaultOpener opener, Resealing resealing) {
        this.vaults = vaults;
        this.opener = opener;
        this.resealing = resealing;
    }

    @Override
    public Reseal.Reply handle(Call<Reseal.Request> call) {
        Reseal.Request request = call.request();
        Resealing.Wish wish = new Resealing.Wish(
                request.pcrs().map(PcrSelection::parse), request.allowUnmeasured(), request.reopenable());
        LoadedVault loaded = vaults.require(call.owner(), request.vault());
        resealing.requirePossible(loaded.vault(), wish);
        try (VaultOpener.Opened opened = opener.byTpmOrRecoveryKey(loaded, call.secrets())) {
            Resealing.Outcome outcome = resealing.reseal(loaded, opened, wish, call.secrets());
            return new Reseal.Reply(outcome.resealed(), outcome.kept());
        }
    }
}
