// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.protocol.api;

import java.util.Optional;

/** What every request can tell the authorisation: whose vaults it is about. Implemented by records. */
public interface Request {
    /** Uid whose vaults are meant; empty for the caller's own. Requests without owner keep this default. */
    default Optional<Long> owner() {
        return Optional.empty();
    }

    /** Whether the method only tells about the machine's TPM or the daemon and touches no vault. */
    default boolean machineOnly() {
        return false;
    }

    /** Whether the call changes nothing, so that it may be sent again when its answer was lost. */
    default boolean repeatable() {
        return false;
    }
}
