// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.protocol.api;

import java.util.List;
import java.util.Optional;
import org.tpmkeyring.protocol.value.When;

/** Delivers all keys of vaults. What failed is told vault by vault and key by key. Made with {@code upgrade}, a call about one vault that only a password opens asks for it under the label {@code pin} or {@code passphrase}. */
public final class Unlock {
    public static final Method<Request, Reply> METHOD = new Method<>("Unlock", Request.class, Reply.class, false);

    private Unlock() {}

    /**
     * Parameters.
     *
     * @param owner see package comment
     * @param vaults names; empty: the owner's default vault, or all of them with {@code all} or {@code when}
     * @param all every vault of the owner
     * @param when every vault of the owner with this occasion; with {@code all}, from root without owner: of everyone
     */
    public record Request(Optional<Long> owner, List<String> vaults, boolean all, Optional<When> when)
            implements org.tpmkeyring.protocol.api.Request {}

    /**
     * Answer.
     *
     * @param vaults one outcome a vault, in order
     */
    public record Reply(List<VaultOutcome> vaults) {}
}
