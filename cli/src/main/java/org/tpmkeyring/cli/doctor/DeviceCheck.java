// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.doctor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * Whether the device files of the TPM are there and belong to whom they should. Wrong ownership was one
 * of the two common failures of the old tpm_keyring2: tcsd ran as tss and the device belonged to root.
 */
public final class DeviceCheck {
    private static final String NAME = "tpm-device";
    private static final Set<String> TRUSTED = Set.of("root", "tss");
    private static final String RULE = "KERNEL==\"tpm[0-9]*|tpmrm[0-9]*\", MODE=\"0660\", OWNER=\"tss\", GROUP=\"tss\"";

    private DeviceCheck() {}

    /**
     * @param wanted whether the daemon uses the machine's own TPM, so that its absence is a problem
     */
    public static void run(Machine machine, boolean wanted, Findings findings) {
        boolean managed = machine.exists("dev/tpmrm0");
        boolean raw = machine.exists("dev/tpm0");
        if (!managed && !raw) {
            absent(wanted, findings);
            return;
        }
        if (raw) {
            owner(machine, "tpm0", findings);
        }
        if (managed) {
            owner(machine, "tpmrm0", findings);
        } else {
            findings.problem(
                    NAME,
                    "/dev/tpm0 is there but /dev/tpmrm0 is not, so the kernel manages no TPM 2.0",
                    "cat /sys/class/tpm/tpm0/tpm_version_major");
        }
    }

    private static void absent(boolean wanted, Findings findings) {
        String finding = "there is no /dev/tpmrm0: no TPM, switched off in the firmware, or no driver loaded";
        if (wanted) {
            findings.problem(
                    NAME, finding, "dmesg | grep -i tpm; then look for TPM, PTT or fTPM in the firmware setup");
        } else {
            findings.note(NAME, finding, null);
        }
    }

    private static void owner(Machine machine, String device, Findings findings) {
        try {
            PosixFileAttributes file = Files.readAttributes(machine.path("dev/" + device), PosixFileAttributes.class);
            String is = "/dev/" + device + " is " + PosixFilePermissions.toString(file.permissions()) + " "
                    + file.owner().getName() + ":" + file.group().getName();
            if (trusted(file)) {
                findings.ok(NAME, is);
            } else {
                findings.problem(
                        NAME,
                        is + ", expected rw-rw---- tss:tss (root in either place is fine)",
                        "chown tss:tss /dev/" + device + " && chmod 0660 /dev/" + device + "; for good: echo '" + RULE
                                + "' > /etc/udev/rules.d/60-tpm.rules");
            }
        } catch (IOException e) {
            findings.warning(
                    NAME, "/dev/" + device + " cannot be looked at: " + e.getMessage(), "ls -l /dev/" + device);
        }
    }

    private static boolean trusted(PosixFileAttributes file) {
        Set<PosixFilePermission> modes = file.permissions();
        return TRUSTED.contains(file.owner().getName())
                && TRUSTED.contains(file.group().getName())
                && !modes.contains(PosixFilePermission.OTHERS_READ)
                && !modes.contains(PosixFilePermission.OTHERS_WRITE);
    }
}
