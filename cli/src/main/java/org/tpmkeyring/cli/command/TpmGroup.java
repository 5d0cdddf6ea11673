// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.command;

import picocli.CommandLine.Command;

/** {@code tpm-keyring tpm}. */
@Command(
        name = "tpm",
        header = "Show what the TPM is, tests and measures.",
        synopsisSubcommandLabel = "COMMAND",
        description = "These commands ask the TPM that keyringd uses; they change nothing.")
public final class TpmGroup extends CommandGroup {}
