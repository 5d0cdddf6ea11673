// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.doctor;

import java.util.Optional;

/**
 * Whether the TPM is a 2.0, and whether tcsd of TrouSerS is in the way: it speaks TPM 1.2 only, and keeps
 * {@code /dev/tpm0} open. The other common failure of the old tpm_keyring2.
 */
public final class TrousersCheck {
    private static final String MAJOR = "sys/class/tpm/tpm0/tpm_version_major";
    private static final String DISABLE = "systemctl disable --now trousers (the service is called tcsd on Fedora)";

    private TrousersCheck() {}

    public static void run(Machine machine, Findings findings) {
        Optional<String> major = machine.read(MAJOR);
        if (major.filter("1"::equals).isPresent()) {
            findings.problem(
                    "tpm-version",
                    "this is a TPM 1.2, which keyringd does not support",
                    "many boards can be switched to TPM 2.0 in the firmware setup");
        } else if (major.filter("2"::equals).isPresent()) {
            findings.ok("tpm-version", "the kernel drives a TPM 2.0");
        }
        tcsd(machine, major.filter("2"::equals).isPresent(), findings);
    }

    private static void tcsd(Machine machine, boolean tpm2, Findings findings) {
        Optional<String> pid = machine.pidOf("tcsd");
        boolean installed = machine.exists("etc/tcsd.conf") || machine.exists("usr/sbin/tcsd");
        if (pid.isPresent()) {
            String finding = "tcsd of TrouSerS runs (pid " + pid.get() + "); it speaks TPM 1.2 only";
            if (tpm2) {
                findings.problem("tcsd", finding + ", cannot drive this TPM 2.0 and keeps /dev/tpm0 busy", DISABLE);
            } else {
                findings.warning("tcsd", finding + ", and keyringd has no use for it", DISABLE);
            }
        } else if (installed && tpm2) {
            findings.note("tcsd", "TrouSerS is installed but cannot drive this TPM 2.0; nothing needs it", DISABLE);
        } else {
            findings.ok("tcsd", "tcsd of TrouSerS is not in the way");
        }
    }
}
