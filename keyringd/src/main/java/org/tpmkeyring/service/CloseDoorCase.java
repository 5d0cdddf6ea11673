// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.service;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.tpmkeyring.key.KeyRecord;
import org.tpmkeyring.protocol.KeyringException;
import org.tpmkeyring.protocol.api.CloseDoor;
import org.tpmkeyring.protocol.api.KeyOutcome;
import org.tpmkeyring.protocol.api.KeyResult;
import org.tpmkeyring.protocol.api.ShutVault;
import org.tpmkeyring.protocol.api.VaultDoor;
import org.tpmkeyring.protocol.value.TargetType;
import org.tpmkeyring.protocol.value.When;
import org.tpmkeyring.tpm.TpmException;
import org.tpmkeyring.vault.LoadedVault;
import org.tpmkeyring.vault.Vault;

/**
 * Ends the boot phase. The door is closed first, so that nothing and nobody keeps it open: taking keys away waits for
 * those who deliver some. A TPM that fails does not keep the keys that leave in root's keyring.
 */
final class CloseDoorCase implements Handler<CloseDoor.Request, CloseDoor.Reply> {
    private final Vaults vaults;
    private final Door door;
    private final Deliveries deliveries;
    private final KeyStates states;

    CloseDoorCase(Vaults vaults, Door door, Deliveries deliveries, KeyStates states) {
        this.vaults = vaults;
        this.door = door;
        this.deliveries = deliveries;
        this.states = states;
    }

    /** A vault and what became of its keys that leave. */
    private record Left(Vault vault, List<KeyOutcome> taken) {}

    @Override
    public CloseDoor.Reply handle(Call<CloseDoor.Request> call) {
        List<LoadedVault> all = vaults.owners().stream()
                .flatMap(owner -> vaults.sound(owner).stream())
                .filter(loaded -> loaded.vault().when() == When.BOOT)
                .toList();
        List<Left> left = new ArrayList<>();
        boolean extended;
        try {
            extended = needed(all) && close();
        } finally {
            door.bootIsOver();
            all.forEach(loaded -> left.add(take(loaded)));
        }
        return new CloseDoor.Reply(
                door.info(),
                extended,
                left.stream().map(each -> told(each, extended, call.peerUid())).toList());
    }

    /** A damaged vault may be one that is bound to the door, and may be restored. */
    private boolean needed(List<LoadedVault> all) {
        return door.rule().pcr().isPresent()
                && (all.stream().anyMatch(loaded -> door.rule().concerns(loaded.vault()))
                        || vaults.owners().stream()
                                .anyMatch(owner -> !vaults.damaged(owner).isEmpty()));
    }

    private boolean close() {
        try {
            return door.close();
        } catch (TpmException e) {
            throw TpmRefusals.refusal(e);
        }
    }

    private Left take(LoadedVault loaded) {
        return vaults.whileDelivering(loaded.vault().id(), () -> {
            Vault current = fresh(loaded);
            return new Left(current, deliveries.removeLeaving(current));
        });
    }

    /** One that was removed or broken since it was listed keeps the door from nothing. */
    private Vault fresh(LoadedVault loaded) {
        try {
            return vaults.fresh(loaded.vault()).vault();
        } catch (KeyringException e) {
            return loaded.vault();
        }
    }

    private ShutVault told(Left left, boolean extended, long peerUid) {
        Vault vault = left.vault();
        VaultDoor now = door.of(vault);
        boolean keysIn = now == VaultDoor.SHUT
                && vault.keys().stream().anyMatch(key -> isLockedIn(left, key.record(), extended));
        return new ShutVault(
                vault.name().text(),
                vault.owner(),
                now,
                states.delivered(vault),
                vault.keys().size(),
                left.taken(),
                keysIn
                        ? Protectors.recoverCommand(vault, peerUid)
                                .or(() -> Optional.of(
                                        VaultOpener.shut(vault).build().hint()))
                        : Optional.empty());
    }

    /**
     * Whether a key was not in the kernel when its vault was shut. One of ZFS that is not there behind a door that was
     * closed before has left then, as far as anybody knows.
     */
    private boolean isLockedIn(Left left, KeyRecord key, boolean extended) {
        boolean missed = left.taken().stream()
                .filter(outcome -> outcome.name().equals(key.name().text()))
                .allMatch(outcome ->
                        outcome.result() == KeyResult.ABSENT && (extended || outcome.target() != TargetType.ZFS));
        return missed && !states.inPlace(left.vault().owner(), key);
    }
}
