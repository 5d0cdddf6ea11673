// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.service;

import java.util.ArrayList;
import java.util.List;
import org.tpmkeyring.protocol.api.Check;
import org.tpmkeyring.protocol.api.Diagnose;

/** Checks the daemon's side of things. Anyone may ask; vaults of others are looked at for root alone. */
final class DiagnoseCase implements Handler<Diagnose.Request, Diagnose.Reply> {
    private final Vaults vaults;
    private final TpmChecks tpmChecks;
    private final StateDirectoryChecks stateDirectoryChecks;
    private final VaultChecks vaultChecks;
    private final KernelChecks kernelChecks;

    DiagnoseCase(
            Vaults vaults,
            TpmChecks tpmChecks,
            StateDirectoryChecks stateDirectoryChecks,
            VaultChecks vaultChecks,
            KernelChecks kernelChecks) {
        this.vaults = vaults;
        this.tpmChecks = tpmChecks;
        this.stateDirectoryChecks = stateDirectoryChecks;
        this.vaultChecks = vaultChecks;
        this.kernelChecks = kernelChecks;
    }

    @Override
    public Diagnose.Reply handle(Call<Diagnose.Request> call) {
        List<Long> owners = call.byRoot() ? vaults.owners() : List.of(call.peerUid());
        boolean pins = owners.stream()
                .flatMap(owner -> vaults.sound(owner).stream())
                .anyMatch(loaded -> !Protectors.pins(loaded.vault()).isEmpty());
        List<Check> checks = new ArrayList<>(tpmChecks.run(pins));
        checks.addAll(stateDirectoryChecks.run());
        checks.addAll(vaultChecks.run(owners));
        checks.addAll(kernelChecks.run());
        return new Diagnose.Reply(checks);
    }
}
