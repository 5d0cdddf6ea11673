// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.command;

import picocli.CommandLine.Command;

/** {@code tpm-keyring volume}. */
@Command(
        name = "volume",
        header = "Check and list the LUKS volumes that keys are for.",
        synopsisSubcommandLabel = "COMMAND",
        description = {
            "A volume gets its key by 'tpm-keyring add VOLUME --target luks --device DEVICE' and is opened at boot by"
                    + " its line in /etc/crypttab.",
            "",
            "Before that its identity is checked: a volume that somebody put in its place, with the same UUID, is not"
                    + " opened. What makes a volume this one are facts of its LUKS header that passphrases do not change."
        })
public final class VolumeGroup extends CommandGroup {}
