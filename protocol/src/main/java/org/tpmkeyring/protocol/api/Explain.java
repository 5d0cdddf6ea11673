// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.protocol.api;

import java.util.List;
import java.util.Optional;

/** Tells why a vault opens or stays locked, PCR by PCR. */
public final class Explain {
    public static final Method<Request, Reply> METHOD = new Method<>("Explain", Request.class, Reply.class, false);

    private Explain() {}

    /**
     * Parameters.
     *
     * @param owner see package comment
     * @param vault vault name
     */
    public record Request(Optional<Long> owner, String vault) implements org.tpmkeyring.protocol.api.Request {
        @Override
        public boolean repeatable() {
            return true;
        }
    }

    /**
     * Answer.
     *
     * @param vault the vault
     * @param wouldOpen whether the PCRs match a TPM protector now
     * @param verdict one sentence
     * @param pcrs the PCRs of its TPM protectors
     * @param advice commands to type, best first
     */
    public record Reply(
            VaultInfo vault, boolean wouldOpen, String verdict, List<PcrChange> pcrs, List<String> advice) {}
}
