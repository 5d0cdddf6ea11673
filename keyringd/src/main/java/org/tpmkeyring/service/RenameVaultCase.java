// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.service;

import org.tpmkeyring.protocol.api.RenameVault;
import org.tpmkeyring.protocol.value.VaultName;
import org.tpmkeyring.vault.LoadedVault;

/** Gives a vault another name. */
final class RenameVaultCase implements Handler<RenameVault.Request, RenameVault.Reply> {
    private final Vaults vaults;
    private final VaultOpener opener;
    private final VaultInfos infos;

    RenameVaultCase(Vaults vaults, VaultOpener opener, VaultInfos infos) {
        this.vaults = vaults;
        this.opener = opener;
        this.infos = infos;
    }

    @Override
    public RenameVault.Reply handle(Call<RenameVault.Request> call) {
        VaultName newName = new VaultName(call.request().newName());
        LoadedVault loaded = vaults.require(call.owner(), call.request().vault());
        vaults.requireFree(call.owner(), newName);
        try (VaultOpener.Opened opened = opener.forChange(loaded, call.secrets())) {
            LoadedVault renamed = vaults.change(loaded.vault(), opened.kek(), before -> {
                vaults.requireFree(call.owner(), newName);
                return before.withName(newName);
            });
            return new RenameVault.Reply(infos.of(renamed));
        }
    }
}
