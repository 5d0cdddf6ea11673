// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.service;

import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.KeyringException;
import org.tpmkeyring.protocol.api.RemoveProtector;
import org.tpmkeyring.vault.LoadedVault;
import org.tpmkeyring.vault.Vault;

/** Takes one way to open a vault away, never the last. */
final class RemoveProtectorCase implements Handler<RemoveProtector.Request, RemoveProtector.Reply> {
    private final Vaults vaults;
    private final VaultOpener opener;
    private final VaultInfos infos;

    RemoveProtectorCase(Vaults vaults, VaultOpener opener, VaultInfos infos) {
        this.vaults = vaults;
        this.opener = opener;
        this.infos = infos;
    }

    @Override
    public RemoveProtector.Reply handle(Call<RemoveProtector.Request> call) {
        String id = call.request().protector();
        LoadedVault loaded = vaults.require(call.owner(), call.request().vault());
        requireRemovable(loaded.vault(), id);
        try (VaultOpener.Opened opened = opener.byTpmOrRecoveryKey(loaded, call.secrets())) {
            LoadedVault changed =
                    vaults.change(loaded.vault(), opened.kek(), before -> without(requireRemovable(before, id), id));
            return new RemoveProtector.Reply(infos.of(changed));
        }
    }

    private static Vault requireRemovable(Vault vault, String id) {
        if (Protectors.find(vault, id).isEmpty()) {
            throw refusal(ErrorKind.NO_SUCH_PROTECTOR, vault, id);
        }
        if (vault.protectors().size() == 1) {
            throw refusal(ErrorKind.LAST_PROTECTOR, vault, id);
        }
        return vault;
    }

    private static Vault without(Vault before, String id) {
        return before.withProtectors(before.protectors().stream()
                .filter(protector -> !protector.id().equals(id))
                .toList());
    }

    private static KeyringException refusal(ErrorKind kind, Vault vault, String id) {
        return KeyringException.of(kind)
                .with("vault", vault.name())
                .with("protector", id)
                .build();
    }
}
