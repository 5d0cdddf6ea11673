// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.command;

import picocli.CommandLine.Command;

/** {@code tpm-keyring protector}. */
@Command(
        name = "protector",
        header = "Add, list and remove what opens a vault.",
        synopsisSubcommandLabel = "COMMAND",
        description =
                "Any one protector opens a vault. tpm2 is a sealing by the TPM of this machine to the state of its PCRs; recovery is a key of 256 bits to keep on paper.")
public final class ProtectorGroup extends CommandGroup {}
