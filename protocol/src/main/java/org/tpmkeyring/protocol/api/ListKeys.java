// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.protocol.api;

import java.util.List;
import java.util.Optional;

/** Lists keys with what the kernel says of them now. */
public final class ListKeys {
    public static final Method<Request, Reply> METHOD = new Method<>("ListKeys", Request.class, Reply.class, false);

    private ListKeys() {}

    /**
     * Parameters.
     *
     * @param owner see package comment
     * @param all every owner's keys, root only
     * @param vault only those of this vault
     */
    public record Request(Optional<Long> owner, boolean all, Optional<String> vault)
            implements org.tpmkeyring.protocol.api.Request {
        @Override
        public boolean repeatable() {
            return true;
        }
    }

    /**
     * Answer.
     *
     * @param keys sorted by owner, vault and name
     */
    public record Reply(List<KeyInfo> keys) {}
}
