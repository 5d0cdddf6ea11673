// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.protocol.api;

import java.util.Optional;

/** Hands out the secret of the owner's key of target authtok to the PAM module, for a login without a password. Only from a login vault that the TPM opens without one. The secret is offered under the label {@code authtok}. For root alone. */
public final class ReleaseAuthtok {
    public static final Method<Request, Reply> METHOD =
            new Method<>("ReleaseAuthtok", Request.class, Reply.class, true);

    private ReleaseAuthtok() {}

    /**
     * Parameters.
     *
     * @param owner uid of the person who logs in
     */
    public record Request(Optional<Long> owner) implements org.tpmkeyring.protocol.api.Request {}

    /**
     * Answer.
     *
     * @param released false where the owner has no such key
     */
    public record Reply(boolean released) {}
}
