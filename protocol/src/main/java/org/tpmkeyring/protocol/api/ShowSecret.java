// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.protocol.api;

import java.util.Optional;

/** Hands out what a person has to type elsewhere, such as the passphrase of an eCryptfs key, once asked for in so many words; audited. The vault has to be unlocked. Where the TPM does not open it, a recovery key is asked for under the label {@code recovery-key}. The secret is offered under the label {@code passphrase}. */
public final class ShowSecret {
    public static final Method<Request, Reply> METHOD = new Method<>("ShowSecret", Request.class, Reply.class, true);

    private ShowSecret() {}

    /**
     * Parameters.
     *
     * @param owner see package comment
     * @param name key name
     */
    public record Request(Optional<Long> owner, String name) implements org.tpmkeyring.protocol.api.Request {}

    /**
     * Answer.
     *
     * @param key the key
     */
    public record Reply(KeyInfo key) {}
}
