// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.command;

import picocli.CommandLine.Command;

/** {@code tpm-keyring protector}. */
@Command(
        name = "protector",
        header = "Add, list, change and remove what opens a vault.",
        synopsisSubcommandLabel = "COMMAND",
        description =
                "Any one protector opens a vault. tpm2 is a sealing by the TPM of this machine to the state of its PCRs; it may take a PIN besides. recovery is a key of 256 bits to keep on paper; passphrase needs no TPM.")
public final class ProtectorGroup extends CommandGroup {}
