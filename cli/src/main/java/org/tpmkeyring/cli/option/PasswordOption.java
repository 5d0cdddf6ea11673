// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.option;

import picocli.CommandLine.Option;

/** {@code --password-file}, of commands that open a vault. */
public final class PasswordOption {
    /** As it is spelled. */
    public static final String NAME = "--password-file";

    @Option(
            names = NAME,
            paramLabel = "FILE",
            order = 61,
            description =
                    "Read the PIN or passphrase of the vault from FILE, - for standard input, instead of asking if"
                            + " it is needed. One line break at its end is left out.")
    String file;

    /** Name of the file, {@code -} for standard input; null to ask. */
    public String file() {
        return file;
    }
}
