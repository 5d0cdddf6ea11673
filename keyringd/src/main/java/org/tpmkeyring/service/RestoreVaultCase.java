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
 * Puts the previous generation of a vault's file in force. The latest change is lost by that, so the file has to
 * be known to be damaged: it cannot be read, or a KEK of the vault showed that somebody else wrote it. A TPM that
 * does not open a vault shows nothing of the kind.
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

    /** A damaged file, and the check that nobody repaired or replaced it meanwhile. */
    private record Condemned(VaultId id, Runnable stillSo) {}

    @Override
    public RestoreVault.Reply handle(Call<RestoreVault.Request> call) {
        long owner = call.owner();
        Condemned condemned = condemned(owner, call.request().vault());
        LoadedVault restored = vaults.whileDelivering(
                condemned.id(), () -> vaults.restorePrevious(owner, condemned.id(), condemned.stillSo()));
        return new RestoreVault.Reply(infos.of(restored), restored.generation());
    }

    private Condemned condemned(long owner, String nameOrId) {
        Optional<Damaged> damaged = vaults.findDamaged(owner, nameOrId);
        if (damaged.isPresent()) {
            VaultId id = requireDamaged(damaged.get()).id();
            return new Condemned(id, () -> {
                if (vaults.findDamaged(owner, id.text()).isEmpty()) {
                    throw inOrder(vaults.require(owner, id.text()));
                }
            });
        }
        LoadedVault loaded = vaults.require(owner, nameOrId);
        requireRefuted(loaded);
        return new Condemned(loaded.vault().id(), () -> {
            if (!vaults.fresh(loaded.vault()).equals(loaded)) {
                throw inOrder(loaded);
            }
        });
    }

    /** A file of a later program is whole, and one with odd permissions wants to be looked at first. */
    private static Damaged requireDamaged(Damaged unusable) {
        if (unusable.reason().kind() != ErrorKind.VAULT_DAMAGED) {
            throw unusable.reason();
        }
        return unusable;
    }

    private void requireRefuted(LoadedVault loaded) {
        if (vaults.isVerified(loaded)) {
            throw inOrder(loaded);
        }
        if (vaults.isRefuted(loaded)) {
            return;
        }
        try (VaultOpener.Opened opened = opener.byTpm(loaded)) {
            assert !opened.protector().isEmpty();
        } catch (KeyringException e) {
            if (e.kind() == ErrorKind.VAULT_DAMAGED) {
                return;
            }
            throw undecided(loaded, e);
        }
        throw inOrder(loaded);
    }

    private static KeyringException inOrder(LoadedVault loaded) {
        return refusal("'" + loaded.vault().name() + "' is in order, there is nothing to restore")
                .with("hint", "tpm-keyring vault list")
                .build();
    }

    private static KeyringException undecided(LoadedVault loaded, KeyringException why) {
        return refusal("nothing shows that '" + loaded.vault().name()
                        + "' is damaged, and its latest change would be lost: " + why.sentence())
                .with("hint", why.hint())
                .causedBy(why)
                .build();
    }

    private static KeyringException.Builder refusal(String reason) {
        return KeyringException.of(ErrorKind.BAD_ARGUMENT)
                .with("argument", "vault")
                .with("reason", reason);
    }
}
