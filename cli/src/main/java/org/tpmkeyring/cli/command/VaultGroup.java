// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.command;

import picocli.CommandLine.Command;

/** {@code tpm-keyring vault}. */
@Command(
        name = "vault",
        header = "Make, list, rename, repair and remove vaults.",
        synopsisSubcommandLabel = "COMMAND",
        description =
                "A vault is a set of keys that are unlocked together. Each has protectors, any one of which opens it: a sealing by the TPM, a recovery key.")
public final class VaultGroup extends CommandGroup {}
