// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.protocol.api;

import java.util.Optional;

/** Keeps the password that the owner logs in with for his next {@link OpenSession}, and for no more than LoginPasswordSeconds. It is asked for under the label {@code password}, and only when one of his login vaults is locked and takes a password. */
public final class KeepPassword {
    public static final Method<Request, Reply> METHOD = new Method<>("KeepPassword", Request.class, Reply.class, true);

    private KeepPassword() {}

    /**
     * Parameters.
     *
     * @param owner see package comment
     */
    public record Request(Optional<Long> owner) implements org.tpmkeyring.protocol.api.Request {}

    /**
     * Answer.
     *
     * @param kept whether it was asked for and is kept
     */
    public record Reply(boolean kept) {}
}
