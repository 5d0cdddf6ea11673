// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.tpm.esys;

import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.tpmkeyring.testing.Requires;
import org.tpmkeyring.testing.Swtpm;
import org.tpmkeyring.testing.TpmContract;
import org.tpmkeyring.tpm.Tpm;

/** The contract, kept by the adapter over a fresh software TPM. */
class EsysTpmIT extends TpmContract {
    private Swtpm swtpm;
    private EsysTpm tpm;

    @BeforeEach
    void start() throws IOException {
        Requires.command("tpm2_pcrextend");
        swtpm = Swtpm.measured();
        tpm = new EsysTpm(swtpm.tcti());
    }

    @AfterEach
    void stop() throws IOException {
        tpm.close();
        swtpm.close();
    }

    @Override
    protected Tpm tpm() {
        return tpm;
    }

    @Override
    protected void extend(int pcr) throws IOException {
        swtpm.extend(pcr, 0xE1);
    }

    @Override
    protected void clear() throws IOException {
        swtpm.tool("tpm2_clear");
    }
}
