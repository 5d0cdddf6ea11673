// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.protocol.api;

import java.util.Optional;

/** Takes one way to open a vault away. The last one is refused. Where no TPM protector opens the vault, a recovery key is asked for under the label {@code recovery-key}. */
public final class RemoveProtector {
    public static final Method<Request, Reply> METHOD =
            new Method<>("RemoveProtector", Request.class, Reply.class, true);

    private RemoveProtector() {}

    /**
     * Parameters.
     *
     * @param owner see package comment
     * @param vault vault name
     * @param protector protector id
     */
    public record Request(Optional<Long> owner, String vault, String protector)
            implements org.tpmkeyring.protocol.api.Request {}

    /**
     * Answer.
     *
     * @param vault what is left
     */
    public record Reply(VaultInfo vault) {}
}
