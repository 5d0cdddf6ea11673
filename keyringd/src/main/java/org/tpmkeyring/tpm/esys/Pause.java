// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.tpm.esys;

import java.time.Duration;

/** Waiting on the native thread. */
final class Pause {
    private Pause() {}

    /**
     * @throws IllegalStateException when the daemon is stopping
     */
    static void sleep(Duration pause) {
        try {
            Thread.sleep(pause.toMillis(), pause.toNanosPart() % 1_000_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("stopped while waiting for the TPM", e);
        }
    }
}
