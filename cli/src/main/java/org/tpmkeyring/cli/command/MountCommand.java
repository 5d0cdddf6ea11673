// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.command;

import java.util.List;
import org.tpmkeyring.cli.mount.MountOutcome;
import org.tpmkeyring.cli.mount.Mounter;
import org.tpmkeyring.cli.mounttab.MountEntry;
import picocli.CommandLine.Command;

/** {@code tpm-keyring mount}. */
@Command(
        name = "mount",
        header = "Mount encrypted directories and file systems.",
        description = {
            "What is mounted where, and with which key, is in /etc/tpm-keyring/mounttab. The vaults of the keys are"
                    + " unlocked where they have to be. A directory that is encrypted with another key than its line"
                    + " names is not mounted and raises an alarm.",
            "",
            "What is mounted already is left alone, and what fails does not stop the others; the exit status is the"
                    + " highest of all failures. Each has its time limit, a minute unless its line says otherwise."
        },
        footer = {"", "Examples:", "  tpm-keyring mount --all", "  tpm-keyring mount /srv/photos"})
public final class MountCommand extends MountTableCommand {
    @Override
    boolean isMeant(MountEntry entry) {
        return !entry.noauto();
    }

    @Override
    List<MountOutcome> work(Mounter mounter, List<MountEntry> entries) {
        return mounter.mount(entries);
    }
}
