// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.service;

import java.util.Optional;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.KeyringException;
import org.tpmkeyring.protocol.api.RestoreVault;
import org.tpmkeyring.store.VaultId;
import org.tpmkeyring.vault.LoadedVault;
import org.tpmkeyring.vault.VaultRepository.Damaged;

/**
 * Puts the previous generation of a vault's file in force. A vault that is known by name may still be damaged in
 * a way that only its KEK shows; one that is shown to be in order is left alone, as its latest key would be lost.
 */
final class RestoreVaultCase implements Handler<RestoreVault.Request, RestoreVault.Reply> {
    private final Vaults vaults;
    private final VaultOpener opener;
    private final VaultInfos infos;

    RestoreVaultCase(Vaults vaults, VaultOpener opener, VaultInfos infos) {
        this.vaults = vaults;
        this.opener = opener;
        this.infos = infos;
    }

    @Override
    public RestoreVault.Reply handle(Call<RestoreVault.Request> call) {
        VaultId id = damaged(call.owner(), call.request().vault());
        LoadedVault restored = vaults.whileDelivering(id, () -> vaults.restorePrevious(call.owner(), id));
        return new RestoreVault.Reply(infos.of(restored), restored.generation());
    }

    private VaultId damaged(long owner, String nameOrId) {
        Optional<Damaged> damaged = vaults.findDamaged(owner, nameOrId);
        if (damaged.isPresent()) {
            return requireDamaged(damaged.get()).id();
        }
        LoadedVault loaded = vaults.require(owner, nameOrId);
        if (vaults.isVerified(loaded) || opens(loaded)) {
            throw KeyringException.of(ErrorKind.BAD_ARGUMENT)
                    .with("argument", "vault")
                    .with("reason", "'" + loaded.vault().name() + "' is in order, there is nothing to restore")
                    .with("hint", "tpm-keyring vault list")
                    .build();
        }
        return loaded.vault().id();
    }

    /** A file of a later program is whole, and one with odd permissions wants to be looked at first. */
    private static Damaged requireDamaged(Damaged unusable) {
        if (unusable.reason().kind() != ErrorKind.VAULT_DAMAGED) {
            throw unusable.reason();
        }
        return unusable;
    }

    private boolean opens(LoadedVault loaded) {
        try (VaultOpener.Opened opened = opener.byTpm(loaded)) {
            return !opened.protector().isEmpty();
        } catch (KeyringException e) {
            return false;
        }
    }
}
