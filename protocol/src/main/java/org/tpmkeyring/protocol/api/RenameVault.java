// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.protocol.api;

import java.util.Optional;

/** Gives a vault another name. Where the TPM does not open it, a recovery key is asked for under the label {@code recovery-key}. */
public final class RenameVault {
    public static final Method<Request, Reply> METHOD = new Method<>("RenameVault", Request.class, Reply.class, true);

    private RenameVault() {}

    /**
     * Parameters.
     *
     * @param owner see package comment
     * @param vault vault name
     * @param newName its new name
     */
    public record Request(Optional<Long> owner, String vault, String newName)
            implements org.tpmkeyring.protocol.api.Request {}

    /**
     * Answer.
     *
     * @param vault the vault under its new name
     */
    public record Reply(VaultInfo vault) {}
}
