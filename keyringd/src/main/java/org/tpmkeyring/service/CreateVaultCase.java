// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.service;

import org.tpmkeyring.protocol.api.CreateVault;
import org.tpmkeyring.protocol.value.PcrSelection;
import org.tpmkeyring.protocol.value.VaultName;
import org.tpmkeyring.vault.LoadedVault;
import org.tpmkeyring.vault.Vault;

/** Makes an empty vault. */
final class CreateVaultCase implements Handler<CreateVault.Request, CreateVault.Reply> {
    private final VaultMaker maker;
    private final VaultInfos infos;

    CreateVaultCase(VaultMaker maker, VaultInfos infos) {
        this.maker = maker;
        this.infos = infos;
    }

    @Override
    public CreateVault.Reply handle(Call<CreateVault.Request> call) {
        CreateVault.Request request = call.request();
        VaultMaker.Order order = new VaultMaker.Order(
                call.owner(),
                call.byRoot(),
                new VaultName(request.vault()),
                request.when(),
                request.pcrs().map(PcrSelection::parse),
                request.allowUnmeasured(),
                request.noRecovery(),
                request.reopenable(),
                request.pin());
        try (VaultMaker.Prepared prepared = maker.prepare(order, call.secrets())) {
            Vault vault = maker.withRecoveryKey(prepared, call.secrets());
            LoadedVault created = maker.commit(prepared, vault, () -> {});
            return new CreateVault.Reply(infos.of(created));
        }
    }
}
