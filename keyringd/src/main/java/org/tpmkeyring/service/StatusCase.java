// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.service;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.function.LongPredicate;
import org.tpmkeyring.protocol.api.Status;
import org.tpmkeyring.protocol.api.TpmState;
import org.tpmkeyring.protocol.api.VaultInfo;
import org.tpmkeyring.tpm.Tpm;
import org.tpmkeyring.tpm.TpmSnapshot;

/** How things are, from what is known without the TPM: a call under way there does not hold it up. */
final class StatusCase implements Handler<Status.Request, Status.Reply> {
    private final Vaults vaults;
    private final VaultInfos infos;
    private final Tpm tpm;
    private final Door door;
    private final ServiceSettings settings;
    private final InstantSource clock;
    private final Alarms alarms;
    private final SessionInfos sessions;
    private final Instant started;

    StatusCase(
            Vaults vaults,
            VaultInfos infos,
            Tpm tpm,
            Door door,
            ServiceSettings settings,
            InstantSource clock,
            Alarms alarms,
            SessionInfos sessions) {
        this.vaults = vaults;
        this.infos = infos;
        this.tpm = tpm;
        this.door = door;
        this.settings = settings;
        this.clock = clock;
        this.alarms = alarms;
        this.sessions = sessions;
        this.started = clock.instant();
    }

    @Override
    public Status.Reply handle(Call<Status.Request> call) {
        boolean everyones = call.byRoot() && call.request().owner().isEmpty();
        LongPredicate whose = owner -> everyones || owner == call.owner();
        List<VaultInfo> listed = Owners.of(vaults, call, everyones).stream()
                .flatMap(owner -> infos.all(owner).stream())
                .toList();
        TpmSnapshot seen = tpm.snapshot();
        return new Status.Reply(
                settings.version(),
                Duration.between(started, clock.instant()).toSeconds(),
                seen.device(),
                seen.software(),
                state(seen.health()),
                seen.detail(),
                settings.stateDirectory().toString(),
                door.info(),
                listed,
                everyones ? alarms.all() : List.of(),
                sessions.all(whose),
                sessions.leaving(whose));
    }

    private static TpmState state(TpmSnapshot.Health health) {
        return switch (health) {
            case UNTRIED -> TpmState.UNTRIED;
            case READY -> TpmState.READY;
            case UNAVAILABLE -> TpmState.UNAVAILABLE;
            case LOCKOUT -> TpmState.LOCKOUT;
        };
    }
}
