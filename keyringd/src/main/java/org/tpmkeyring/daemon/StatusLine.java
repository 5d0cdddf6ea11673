// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.daemon;

import org.tpmkeyring.tpm.TpmSnapshot;

/** What {@code systemctl status} shows beside the unit's state: how the TPM was when it was last asked. */
final class StatusLine {
    private StatusLine() {}

    static String of(TpmSnapshot tpm) {
        String kind = tpm.software() ? "software TPM " : "TPM ";
        return kind
                + tpm.device()
                + switch (tpm.health()) {
                    case UNTRIED -> ", not asked yet";
                    case READY -> " answers";
                    case UNAVAILABLE -> " cannot be used: " + tpm.detail();
                    case LOCKOUT -> " is in lockout";
                };
    }
}
