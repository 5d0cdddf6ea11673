// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.protocol.api;

import java.util.List;
import java.util.Optional;

/** Opens a vault with a recovery key, asked for under the label {@code recovery-key}, and delivers its keys. */
public final class Recover {
    public static final Method<Request, Reply> METHOD = new Method<>("Recover", Request.class, Reply.class, true);

    private Recover() {}

    /**
     * Parameters.
     *
     * @param owner see package comment
     * @param vault vault name
     * @param reseal also seal the vault to the PCR state of now
     * @param pcrs another PCR selection for the sealing; the old one when absent
     * @param allowUnmeasured accept PCRs that were never extended
     */
    public record Request(
            Optional<Long> owner, String vault, boolean reseal, Optional<String> pcrs, boolean allowUnmeasured)
            implements org.tpmkeyring.protocol.api.Request {}

    /**
     * Answer.
     *
     * @param outcome what became of the keys
     * @param resealed TPM protectors made anew
     * @param kept TPM protectors left as they were by a sealing, because nobody gave their PIN
     */
    public record Reply(VaultOutcome outcome, List<ProtectorInfo> resealed, List<ProtectorInfo> kept) {}
}
