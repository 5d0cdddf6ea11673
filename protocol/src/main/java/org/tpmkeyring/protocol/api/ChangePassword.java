// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.protocol.api;

import java.util.Optional;

/** Follows a change of a login password, for the PAM module: protectors that the old one opens take the new one. The old one is asked for under the label {@code old-password}, an empty frame where there is none; then the new one under {@code new-password}. Where no vault takes a password the answer comes at once. */
public final class ChangePassword {
    public static final Method<Request, Reply> METHOD =
            new Method<>("ChangePassword", Request.class, Reply.class, true);

    private ChangePassword() {}

    /**
     * Parameters.
     *
     * @param owner whose password it is
     */
    public record Request(Optional<Long> owner) implements org.tpmkeyring.protocol.api.Request {}

    /**
     * Answer.
     *
     * @param changed protectors that take the new password now
     * @param left protectors that take the old one still, as far as is known
     * @param message what the person has to know; empty when nothing was left
     * @param hint the next command
     */
    public record Reply(int changed, int left, Optional<String> message, Optional<String> hint) {}
}
