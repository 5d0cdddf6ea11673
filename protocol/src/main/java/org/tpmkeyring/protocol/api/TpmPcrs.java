// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.protocol.api;

import java.util.List;
import java.util.Optional;

/** Reads the PCRs. */
public final class TpmPcrs {
    public static final Method<Request, Reply> METHOD = new Method<>("TpmPcrs", Request.class, Reply.class, false);

    private TpmPcrs() {}

    /**
     * Parameters.
     *
     * @param selection only these; every bank and PCR when absent
     */
    public record Request(Optional<String> selection) implements org.tpmkeyring.protocol.api.Request {
        @Override
        public boolean machineOnly() {
            return true;
        }

        @Override
        public boolean repeatable() {
            return true;
        }
    }

    /**
     * Answer.
     *
     * @param banks the banks the TPM has allocated
     */
    public record Reply(List<PcrBankInfo> banks) {}
}
