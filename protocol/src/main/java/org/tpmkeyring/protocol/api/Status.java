// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.protocol.api;

import java.util.List;
import java.util.Optional;

/** How the daemon, its TPM and the owner's vaults are, without touching the TPM. */
public final class Status {
    public static final Method<Request, Reply> METHOD = new Method<>("Status", Request.class, Reply.class, false);

    private Status() {}

    /**
     * Parameters.
     *
     * @param owner see package comment
     */
    public record Request(Optional<Long> owner) implements org.tpmkeyring.protocol.api.Request {
        @Override
        public boolean repeatable() {
            return true;
        }
    }

    /**
     * Answer.
     *
     * @param version of the daemon
     * @param uptimeSeconds since it was ready
     * @param tpmDevice TCTI string
     * @param softwareTpm whether the TPM is a simulation
     * @param tpmState as last seen
     * @param tpmDetail manufacturer and firmware, or why it is unavailable
     * @param stateDirectory path
     * @param door how the door is
     * @param vaults the owner's, root without owner: everyone's
     * @param alarms raised since the daemon started, oldest first; told to root without owner only
     * @param sessions that keep the owner's login vaults unlocked, oldest first; root without owner: everyone's
     * @param leaving login vaults whose owner has no session any more, and that files keep open
     */
    public record Reply(
            String version,
            long uptimeSeconds,
            String tpmDevice,
            boolean softwareTpm,
            TpmState tpmState,
            String tpmDetail,
            String stateDirectory,
            DoorInfo door,
            List<VaultInfo> vaults,
            List<Alarm> alarms,
            List<SessionInfo> sessions,
            List<VaultOutcome> leaving) {}
}
