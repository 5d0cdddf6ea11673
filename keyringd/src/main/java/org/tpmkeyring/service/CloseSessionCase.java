// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.service;

import org.tpmkeyring.protocol.api.CloseSession;

/** A logout. The vaults are locked after the answer. */
final class CloseSessionCase implements Handler<CloseSession.Request, CloseSession.Reply> {
    private final Leases leases;

    CloseSessionCase(Leases leases) {
        this.leases = leases;
    }

    @Override
    public CloseSession.Reply handle(Call<CloseSession.Request> call) {
        call.request()
                .lease()
                .ifPresentOrElse(
                        lease -> leases.close(call.owner(), lease), () -> leases.closeOf(call.owner(), call.peerPid()));
        return new CloseSession.Reply();
    }
}
