// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.command;

import java.util.List;
import org.tpmkeyring.cli.mount.MountOutcome;
import org.tpmkeyring.cli.mount.Mounter;
import org.tpmkeyring.cli.mounttab.MountEntry;
import picocli.CommandLine.Command;

/** {@code tpm-keyring umount}. */
@Command(
        name = "umount",
        header = "Unmount encrypted directories and file systems.",
        description = {
            "What is mounted where is in /etc/tpm-keyring/mounttab. The keys stay in the kernel; tpm-keyring lock takes"
                    + " them away.",
            "",
            "What is not mounted is left alone, and what fails does not stop the others; the exit status is the"
                    + " highest of all failures."
        },
        footer = {
            "",
            "Examples:",
            "  tpm-keyring umount --all; tpm-keyring lock --all",
            "  tpm-keyring umount /srv/photos"
        })
public final class UmountCommand extends MountTableCommand {
    @Override
    boolean isMeant(MountEntry entry) {
        return true;
    }

    @Override
    List<MountOutcome> work(Mounter mounter, List<MountEntry> entries) {
        return mounter.unmount(entries);
    }
}
