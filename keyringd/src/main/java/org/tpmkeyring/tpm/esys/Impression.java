// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.tpm.esys;

import java.util.Map;
import org.tpmkeyring.tpm.TpmException;
import org.tpmkeyring.tpm.TpmSnapshot;
import org.tpmkeyring.tpm.TpmSnapshot.Health;

/** What is remembered of the TPM, for those who must not wait for it. Safe for several threads. */
final class Impression {
    private final String device;
    private volatile Identity identity;
    private volatile TpmSnapshot snapshot;

    Impression(String device) {
        this.device = device;
        this.snapshot = new TpmSnapshot(device, simulated(), Health.UNTRIED, "");
    }

    /** Reads manufacturer and firmware unless they are known. */
    void introduce(EsysConnection connection) throws TpmException, TpmCodeException {
        if (identity == null) {
            Map<Long, Long> fixed = new Capabilities(connection).properties(Identity.FIXED_PROPERTIES);
            identity = new Identity(fixed);
        }
    }

    void answered() {
        snapshot = new TpmSnapshot(device, simulated(), Health.READY, known());
    }

    void refused(TpmException failure) {
        if (failure instanceof TpmException.Unavailable) {
            snapshot = new TpmSnapshot(device, simulated(), Health.UNAVAILABLE, failure.getMessage());
        } else if (failure instanceof TpmException.InLockout) {
            snapshot = new TpmSnapshot(device, simulated(), Health.LOCKOUT, known());
        } else {
            answered();
        }
    }

    private String known() {
        return identity == null ? "" : identity.summary();
    }

    private boolean simulated() {
        boolean byName = device.startsWith("swtpm") || device.startsWith("mssim");
        return byName || (identity != null && identity.isSoftware());
    }

    TpmSnapshot snapshot() {
        return snapshot;
    }
}
