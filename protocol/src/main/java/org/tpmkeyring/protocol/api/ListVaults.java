// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.protocol.api;

import java.util.List;
import java.util.Optional;

/** Lists vaults and what can open them. */
public final class ListVaults {
    public static final Method<Request, Reply> METHOD = new Method<>("ListVaults", Request.class, Reply.class, false);

    private ListVaults() {}

    /**
     * Parameters.
     *
     * @param owner see package comment
     * @param all every owner's vaults, root only
     */
    public record Request(Optional<Long> owner, boolean all) implements org.tpmkeyring.protocol.api.Request {
        @Override
        public boolean repeatable() {
            return true;
        }
    }

    /**
     * Answer.
     *
     * @param vaults sorted by owner and name
     */
    public record Reply(List<VaultInfo> vaults) {}
}
