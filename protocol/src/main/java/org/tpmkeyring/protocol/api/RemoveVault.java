// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.protocol.api;

import java.util.List;
import java.util.Optional;

/** Destroys a vault. One that holds keys is refused unless {@code withKeys}. */
public final class RemoveVault {
    public static final Method<Request, Reply> METHOD = new Method<>("RemoveVault", Request.class, Reply.class, false);

    private RemoveVault() {}

    /**
     * Parameters.
     *
     * @param owner see package comment
     * @param vault vault name
     * @param withKeys destroy its keys too
     */
    public record Request(Optional<Long> owner, String vault, boolean withKeys)
            implements org.tpmkeyring.protocol.api.Request {}

    /**
     * Answer.
     *
     * @param keys what became of its keys in the kernel
     */
    public record Reply(List<KeyOutcome> keys) {}
}
