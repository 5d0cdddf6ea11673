// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.service;

import java.util.List;
import java.util.Optional;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.KeyringException;
import org.tpmkeyring.protocol.api.KeyOutcome;
import org.tpmkeyring.protocol.api.RemoveVault;
import org.tpmkeyring.vault.LoadedVault;
import org.tpmkeyring.vault.Vault;
import org.tpmkeyring.vault.VaultRepository.Damaged;

/**
 * Destroys a vault, its keys being taken from the kernel first. A damaged vault goes by its id and with
 * {@code withKeys} only, since nobody can tell what is in it.
 */
final class RemoveVaultCase implements Handler<RemoveVault.Request, RemoveVault.Reply> {
    private final Vaults vaults;
    private final Deliveries deliveries;

    RemoveVaultCase(Vaults vaults, Deliveries deliveries) {
        this.vaults = vaults;
        this.deliveries = deliveries;
    }

    @Override
    public RemoveVault.Reply handle(Call<RemoveVault.Request> call) {
        RemoveVault.Request request = call.request();
        Optional<Damaged> damaged = vaults.findDamaged(call.owner(), request.vault());
        if (damaged.isPresent()) {
            requireWithKeys(request, request.vault(), "an unknown number of keys");
            vaults.delete(call.owner(), damaged.get().id());
            return new RemoveVault.Reply(List.of());
        }
        LoadedVault loaded = vaults.require(call.owner(), request.vault());
        return vaults.whileDelivering(loaded.vault().id(), () -> {
            Vault current = vaults.fresh(loaded.vault()).vault();
            if (!current.keys().isEmpty()) {
                int count = current.keys().size();
                requireWithKeys(request, request.vault(), count == 1 ? "1 key" : count + " keys");
            }
            List<KeyOutcome> outcomes = deliveries.destroyAll(current);
            vaults.delete(call.owner(), current.id());
            return new RemoveVault.Reply(outcomes);
        });
    }

    private static void requireWithKeys(RemoveVault.Request request, String vault, String count) {
        if (!request.withKeys()) {
            throw KeyringException.of(ErrorKind.VAULT_NOT_EMPTY)
                    .with("vault", vault)
                    .with("count", count)
                    .build();
        }
    }
}
