// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.command;

import picocli.CommandLine.Command;

/** {@code tpm-keyring import}. */
@Command(
        name = "import",
        header = "Take over what other tools have encrypted.",
        synopsisSubcommandLabel = "COMMAND",
        description =
                "The key that another tool unwraps with a password is sealed to the TPM, so that a login needs none."
                        + " What the other tool has stays as it is, and keeps working.")
public final class ImportGroup extends CommandGroup {}
