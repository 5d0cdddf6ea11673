// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.service;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.KeyringException;
import org.tpmkeyring.protocol.api.Unlock;
import org.tpmkeyring.protocol.api.VaultOutcome;
import org.tpmkeyring.protocol.value.When;
import org.tpmkeyring.secret.SecretBuffer;
import org.tpmkeyring.vault.LoadedVault;
import org.tpmkeyring.vault.Vault;

/**
 * Delivers the keys of vaults. A call that names one vault, or none and so means the default one, fails as a
 * whole when that vault cannot be opened. A call about several vaults, or with {@code all} or {@code when}, tells
 * it in the vault's outcome and goes on. With both, root unlocks the vaults of all users for that occasion, which
 * is what the boot asks for. In rescue mode the boot vaults as such are refused. A password is asked for in a call
 * about one vault that was made with {@code upgrade}, when nothing else opens it.
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
        boolean everyones = call.byRoot()
                && request.owner().isEmpty()
                && request.all()
                && request.when().isPresent();
        List<Long> owners = Owners.of(vaults, call, everyones);
        if (request.when().filter(When.BOOT::equals).isPresent()) {
            unattended.require(() -> forBoot(owners), call.peerUid());
        }
        List<VaultOutcome> outcomes = new ArrayList<>();
        for (long owner : owners) {
            outcomes.addAll(unlock(owner, call));
        }
        return new Unlock.Reply(outcomes);
    }

    private Stream<Vault> forBoot(List<Long> owners) {
        return owners.stream()
                .flatMap(owner -> vaults.sound(owner).stream())
                .map(LoadedVault::vault)
                .filter(vault -> vault.when() == When.BOOT);
    }

    private List<VaultOutcome> unlock(long owner, Call<Unlock.Request> call) {
        Unlock.Request request = call.request();
        VaultSelection chosen = VaultSelection.of(vaults, owner, request.vaults(), request.all(), request.when());
        if (chosen.single()) {
            return List.of(unlockAsking(chosen.sound().get(0), call.secrets()));
        }
        List<VaultOutcome> outcomes = new ArrayList<>();
        chosen.sound().forEach(loaded -> outcomes.add(unlock(loaded, call.peerUid())));
        chosen.damaged().forEach(damaged -> outcomes.add(VaultOutcomes.refused(owner, damaged, call.peerUid())));
        return outcomes;
    }

    private VaultOutcome unlockAsking(LoadedVault loaded, SecretDialogue secrets) {
        try {
            return unlocker.unlock(loaded);
        } catch (KeyringException e) {
            if (e.kind() != ErrorKind.PASSWORD_NEEDED || !secrets.possible()) {
                throw e;
            }
        }
        try (SecretBuffer typed = secrets.want(Password.label(loaded.vault()), Password.MAX_BYTES)) {
            return unlocker.unlock(loaded, Optional.of(new Password(typed, true)));
        }
    }

    private VaultOutcome unlock(LoadedVault loaded, long peerUid) {
        try {
            return unlocker.unlock(loaded);
        } catch (KeyringException e) {
            return VaultOutcomes.refused(loaded.vault(), e, peerUid);
        }
    }
}
