// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.protocol.api;

import java.util.List;

/** Ends the boot phase: extends the door's PCR, so that boot vaults cannot be unsealed before the next boot, and takes keys whose consumers have them by now out of root's keyring. Does nothing to a door that is closed, and leaves it open where no boot vault depends on it. */
public final class CloseDoor {
    public static final Method<Request, Reply> METHOD = new Method<>("CloseDoor", Request.class, Reply.class, false);

    private CloseDoor() {}

    /**
     * Parameters.
     *
     */
    public record Request() implements org.tpmkeyring.protocol.api.Request {}

    /**
     * Answer.
     *
     * @param door how the door is now
     * @param extended whether this call closed it
     * @param vaults the boot vaults of all users
     */
    public record Reply(DoorInfo door, boolean extended, List<ShutVault> vaults) {}
}
