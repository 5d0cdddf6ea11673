// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.protocol.api;

import java.util.Optional;

/** Tells all about one key but its secret. */
public final class ShowKey {
    public static final Method<Request, Reply> METHOD = new Method<>("ShowKey", Request.class, Reply.class, false);

    private ShowKey() {}

    /**
     * Parameters.
     *
     * @param owner see package comment
     * @param name key name
     */
    public record Request(Optional<Long> owner, String name) implements org.tpmkeyring.protocol.api.Request {
        @Override
        public boolean repeatable() {
            return true;
        }
    }

    /**
     * Answer.
     *
     * @param key the key
     * @param vault its vault
     */
    public record Reply(KeyInfo key, VaultInfo vault) {}
}
