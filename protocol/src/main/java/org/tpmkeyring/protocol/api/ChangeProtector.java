// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.protocol.api;

import java.util.Optional;

/** Gives a protector another PIN or passphrase. The old one is asked for under the label {@code pin} or {@code passphrase}; an empty frame says that it is forgotten, and the TPM or a recovery key, asked for under {@code recovery-key}, has to open the vault. The new one is asked for under {@code new-pin} or {@code new-passphrase}. */
public final class ChangeProtector {
    public static final Method<Request, Reply> METHOD =
            new Method<>("ChangeProtector", Request.class, Reply.class, true);

    private ChangeProtector() {}

    /**
     * Parameters.
     *
     * @param owner see package comment
     * @param vault vault name
     * @param protector its id; the only one that takes a password when absent
     */
    public record Request(Optional<Long> owner, String vault, Optional<String> protector)
            implements org.tpmkeyring.protocol.api.Request {}

    /**
     * Answer.
     *
     * @param protector the one that came in its place
     */
    public record Reply(ProtectorInfo protector) {}
}
