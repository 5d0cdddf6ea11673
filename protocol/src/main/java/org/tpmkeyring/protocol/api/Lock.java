// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.protocol.api;

import java.util.List;
import java.util.Optional;

/** Takes the keys of vaults away again. */
public final class Lock {
    public static final Method<Request, Reply> METHOD = new Method<>("Lock", Request.class, Reply.class, false);

    private Lock() {}

    /**
     * Parameters.
     *
     * @param owner see package comment
     * @param vaults names; empty: the default vault, or all with {@code all}
     * @param all every vault of the owner
     */
    public record Request(Optional<Long> owner, List<String> vaults, boolean all)
            implements org.tpmkeyring.protocol.api.Request {}

    /**
     * Answer.
     *
     * @param vaults one outcome a vault, in order
     */
    public record Reply(List<VaultOutcome> vaults) {}
}
