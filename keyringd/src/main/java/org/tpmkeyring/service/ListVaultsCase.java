// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.service;

import java.util.List;
import org.tpmkeyring.protocol.api.ListVaults;
import org.tpmkeyring.protocol.api.VaultInfo;

/** Lists vaults, damaged ones with what is wrong. */
final class ListVaultsCase implements Handler<ListVaults.Request, ListVaults.Reply> {
    private final Vaults vaults;
    private final VaultInfos infos;

    ListVaultsCase(Vaults vaults, VaultInfos infos) {
        this.vaults = vaults;
        this.infos = infos;
    }

    @Override
    public ListVaults.Reply handle(Call<ListVaults.Request> call) {
        List<VaultInfo> listed = Owners.of(vaults, call, call.request().all()).stream()
                .flatMap(owner -> infos.all(owner).stream())
                .toList();
        return new ListVaults.Reply(listed);
    }
}
