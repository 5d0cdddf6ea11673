// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.protocol.api;

import java.util.Optional;

/** Takes a key from the kernel and from its vault, for good. Where the TPM does not open the vault, a recovery key is asked for under the label {@code recovery-key}. */
public final class RemoveKey {
    public static final Method<Request, Reply> METHOD = new Method<>("RemoveKey", Request.class, Reply.class, true);

    private RemoveKey() {}

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
     * @param removal what became of it in the kernel
     */
    public record Reply(KeyOutcome removal) {}
}
