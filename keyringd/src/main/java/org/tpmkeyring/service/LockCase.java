// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.service;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.tpmkeyring.protocol.KeyringException;
import org.tpmkeyring.protocol.api.Lock;
import org.tpmkeyring.protocol.api.VaultOutcome;
import org.tpmkeyring.vault.LoadedVault;
import org.tpmkeyring.vault.Vault;

/** Takes the keys of vaults away. Works without the TPM. */
final class LockCase implements Handler<Lock.Request, Lock.Reply> {
    private final Vaults vaults;
    private final Deliveries deliveries;

    LockCase(Vaults vaults, Deliveries deliveries) {
        this.vaults = vaults;
        this.deliveries = deliveries;
    }

    @Override
    public Lock.Reply handle(Call<Lock.Request> call) {
        Lock.Request request = call.request();
        VaultSelection chosen =
                VaultSelection.of(vaults, call.owner(), request.vaults(), request.all(), Optional.empty());
        List<VaultOutcome> outcomes = new ArrayList<>();
        if (chosen.single()) {
            return new Lock.Reply(List.of(lock(chosen.sound().get(0))));
        }
        chosen.sound().forEach(loaded -> outcomes.add(lockOrTell(loaded, call.peerUid())));
        chosen.damaged().forEach(damaged -> outcomes.add(VaultOutcomes.refused(call.owner(), damaged, call.peerUid())));
        return new Lock.Reply(outcomes);
    }

    /** One that was removed or broken since it was listed keeps no other from being locked. */
    private VaultOutcome lockOrTell(LoadedVault loaded, long peerUid) {
        try {
            return lock(loaded);
        } catch (KeyringException e) {
            return VaultOutcomes.refused(loaded.vault(), e, peerUid);
        }
    }

    private VaultOutcome lock(LoadedVault loaded) {
        return vaults.whileDelivering(loaded.vault().id(), () -> {
            Vault current = vaults.fresh(loaded.vault()).vault();
            return VaultOutcomes.done(current, Optional.empty(), deliveries.removeAll(current));
        });
    }
}
