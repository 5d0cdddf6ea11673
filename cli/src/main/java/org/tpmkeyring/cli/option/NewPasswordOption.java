// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.option;

import picocli.CommandLine.Option;

/** {@code --new-password-file}, of commands that give a vault a password. */
public final class NewPasswordOption {
    /** As it is spelled. */
    public static final String NAME = "--new-password-file";

    @Option(
            names = NAME,
            paramLabel = "FILE",
            order = 62,
            description =
                    "Read the new PIN or passphrase from FILE, - for standard input, instead of asking for it twice."
                            + " One line break at its end is left out.")
    String file;

    /** Name of the file, {@code -} for standard input; null to ask. */
    public String file() {
        return file;
    }
}
