// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.command;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code tpm-keyring} by itself: what to do first. */
@Command(
        name = "tpm-keyring",
        header = "Keys of encrypted file systems, sealed to this machine's TPM.",
        synopsisSubcommandLabel = "COMMAND",
        description = "keyringd keeps keys in vaults. A vault opens while the machine is in the state it was sealed to;"
                + " its keys then go to the kernel, where eCryptfs, fscrypt and others find them.",
        versionProvider = Version.class,
        footer = {
            "",
            "tpm-keyring COMMAND --help explains a command; 'tpm-keyring help names', 'help pcrs' and"
                    + " 'help exit-status' explain those. The manual is tpm-keyring(1)."
        })
public final class RootCommand extends DaemonCommand {
    @Option(
            names = {"-V", "--version"},
            versionHelp = true,
            order = 98,
            description = "Show the version.")
    boolean version;

    @Override
    public Integer call() {
        FirstSteps.tell(output(), client());
        return DONE;
    }
}
