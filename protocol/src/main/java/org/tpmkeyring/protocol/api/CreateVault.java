// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.protocol.api;

import java.util.Optional;
import org.tpmkeyring.protocol.value.When;

/** Makes an empty vault. Its recovery key is offered under the label {@code recovery-key} before anything is written. With {@code pin} a PIN is asked for under the label {@code new-pin} before that. */
public final class CreateVault {
    public static final Method<Request, Reply> METHOD = new Method<>("CreateVault", Request.class, Reply.class, true);

    private CreateVault() {}

    /**
     * Parameters.
     *
     * @param owner see package comment
     * @param vault vault name
     * @param when occasion; boot for root and login for a user when absent
     * @param pcrs PCR selection, {@code 7:sha256} when absent
     * @param allowUnmeasured accept PCRs that were never extended
     * @param noRecovery make no recovery key
     * @param reopenable leave the door's PCR out of a boot vault, so that the TPM opens it at any time
     * @param pin seal it to a PIN, too
     */
    public record Request(
            Optional<Long> owner,
            String vault,
            Optional<When> when,
            Optional<String> pcrs,
            boolean allowUnmeasured,
            boolean noRecovery,
            boolean reopenable,
            boolean pin)
            implements org.tpmkeyring.protocol.api.Request {}

    /**
     * Answer.
     *
     * @param vault the new vault
     */
    public record Reply(VaultInfo vault) {}
}
