// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.protocol.api;

import java.util.List;
import java.util.Optional;

/** Seals a vault to the PCR state of now. Where the TPM does not open it any more, a recovery key is asked for under the label {@code recovery-key}, after a password that opens it under {@code pin} or {@code passphrase}. A PIN for the new sealing is asked for under {@code new-pin} where it is not known by then. */
public final class Reseal {
    public static final Method<Request, Reply> METHOD = new Method<>("Reseal", Request.class, Reply.class, true);

    private Reseal() {}

    /**
     * Parameters.
     *
     * @param owner see package comment
     * @param vault vault name
     * @param pcrs another PCR selection; the old one when absent
     * @param allowUnmeasured accept PCRs that were never extended
     * @param reopenable leave the door's PCR out, or take it in when false; as it was when absent
     */
    public record Request(
            Optional<Long> owner,
            String vault,
            Optional<String> pcrs,
            boolean allowUnmeasured,
            Optional<Boolean> reopenable)
            implements org.tpmkeyring.protocol.api.Request {}

    /**
     * Answer.
     *
     * @param resealed TPM protectors made anew
     * @param kept TPM protectors left as they were, because nobody gave their PIN
     */
    public record Reply(List<ProtectorInfo> resealed, List<ProtectorInfo> kept) {}
}
