// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.protocol.api;

import java.util.Optional;

/** Tells that the owner logs in: unlocks his login vaults, and keeps them unlocked as long as the session that the calling process opened. A login password that was kept for him is used and forgotten. */
public final class OpenSession {
    public static final Method<Request, Reply> METHOD = new Method<>("OpenSession", Request.class, Reply.class, false);

    private OpenSession() {}

    /**
     * Parameters.
     *
     * @param owner see package comment
     * @param service PAM service, such as sshd
     * @param login id of the session at systemd-logind, where it is known by then
     */
    public record Request(Optional<Long> owner, String service, Optional<String> login)
            implements org.tpmkeyring.protocol.api.Request {}

    /**
     * Answer.
     *
     * @param lease names the session to {@link CloseSession}, 16 hex digits
     * @param opened number of vaults whose keys are all in place
     * @param refused number of vaults of which that is not so
     * @param message why, of the first of those, one sentence; empty when there is none
     * @param hint its next command to type
     */
    public record Reply(String lease, int opened, int refused, Optional<String> message, Optional<String> hint) {}
}
