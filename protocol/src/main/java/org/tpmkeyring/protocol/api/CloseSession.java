// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.protocol.api;

import java.util.Optional;

/** Tells that the owner logs out. With the last of his sessions his login vaults are locked, soon after the answer. A session that is closed already, or whose process ended, is no error. */
public final class CloseSession {
    public static final Method<Request, Reply> METHOD = new Method<>("CloseSession", Request.class, Reply.class, false);

    private CloseSession() {}

    /**
     * Parameters.
     *
     * @param owner see package comment
     * @param lease of {@link OpenSession}; what the calling process opened for the owner when absent
     */
    public record Request(Optional<Long> owner, Optional<String> lease)
            implements org.tpmkeyring.protocol.api.Request {}

    /** Answer. */
    public record Reply() {}
}
