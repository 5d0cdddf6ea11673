// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.service;

import java.util.ArrayList;
import java.util.List;
import org.tpmkeyring.protocol.KeyringException;
import org.tpmkeyring.protocol.api.Unlock;
import org.tpmkeyring.protocol.api.VaultOutcome;
import org.tpmkeyring.protocol.value.When;
import org.tpmkeyring.vault.LoadedVault;

/**
 * Delivers the keys of vaults. A call that names one vault, or none and so means the default one, fails as a
 * whole when that vault cannot be opened. A call about several vaults, or with {@code all} or {@code when}, tells
 * it in the vault's outcome and goes on. The boot vaults as such are refused in rescue mode.
 */
final class UnlockCase implements Handler<Unlock.Request, Unlock.Reply> {
    private final Vaults vaults;
    private final VaultUnlocker unlocker;
    private final Unattended unattended;

    UnlockCase(Vaults vaults, VaultUnlocker unlocker, Unattended unattended) {
        this.vaults = vaults;
        this.unlocker = unlocker;
        this.unattended = unattended;
    }

    @Override
    public Unlock.Reply handle(Call<Unlock.Request> call) {
        Unlock.Request request = call.request();
        if (request.when().filter(When.BOOT::equals).isPresent()) {
            unattended.require();
        }
        VaultSelection chosen =
                VaultSelection.of(vaults, call.owner(), request.vaults(), request.all(), request.when());
        if (chosen.single()) {
            return new Unlock.Reply(List.of(unlocker.unlock(chosen.sound().get(0))));
        }
        List<VaultOutcome> outcomes = new ArrayList<>();
        chosen.sound().forEach(loaded -> outcomes.add(unlock(loaded)));
        chosen.damaged().forEach(damaged -> outcomes.add(VaultOutcomes.refused(call.owner(), damaged)));
        return new Unlock.Reply(outcomes);
    }

    private VaultOutcome unlock(LoadedVault loaded) {
        try {
            return unlocker.unlock(loaded);
        } catch (KeyringException e) {
            return VaultOutcomes.refused(loaded.vault(), e);
        }
    }
}
