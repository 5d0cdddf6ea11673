// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.protocol.api;

import java.util.Optional;

/** Adds one more way to open a vault. A new recovery key is offered under the label {@code recovery-key} before anything is written. When no TPM protector opens the vault, an existing password is asked for under the label {@code pin} or {@code passphrase}, or else a recovery key under the label {@code recovery-key}. A new PIN or passphrase is asked for under {@code new-pin} or {@code new-passphrase}. */
public final class AddProtector {
    public static final Method<Request, Reply> METHOD = new Method<>("AddProtector", Request.class, Reply.class, true);

    private AddProtector() {}

    /**
     * Parameters.
     *
     * @param owner see package comment
     * @param vault vault name
     * @param type kind of protector
     * @param pcrs PCR selection of a TPM protector
     * @param allowUnmeasured accept PCRs that were never extended
     * @param pin make a TPM protector that takes a PIN
     */
    public record Request(
            Optional<Long> owner,
            String vault,
            ProtectorType type,
            Optional<String> pcrs,
            boolean allowUnmeasured,
            boolean pin)
            implements org.tpmkeyring.protocol.api.Request {}

    /**
     * Answer.
     *
     * @param protector the new protector
     */
    public record Reply(ProtectorInfo protector) {}
}
