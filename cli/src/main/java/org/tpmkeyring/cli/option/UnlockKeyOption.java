// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.option;

import picocli.CommandLine.Option;

/** {@code --unlock-key-file}, of commands that change what is in a vault. */
public class UnlockKeyOption {
    /** As it is spelled. */
    public static final String NAME = "--unlock-key-file";

    @Option(
            names = NAME,
            paramLabel = "FILE",
            order = 60,
            description = "Read a recovery key of the vault from FILE, - for standard input, in case the TPM does not"
                    + " open it.")
    String file;

    /** File of a password that opens the vault, {@code -} for standard input; null to ask. */
    public String passwordFile() {
        return null;
    }

    /** Name of the file, {@code -} for standard input; null to ask. */
    public final String file() {
        return file;
    }
}
