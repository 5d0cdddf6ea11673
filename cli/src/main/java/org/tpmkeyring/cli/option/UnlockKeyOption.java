// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.option;

import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code --unlock-key-file} and {@code --password-file}, of commands that change what is in a vault. */
public final class UnlockKeyOption {
    /** As it is spelled. */
    public static final String NAME = "--unlock-key-file";

    @Option(
            names = NAME,
            paramLabel = "FILE",
            order = 60,
            description = "Read a recovery key of the vault from FILE, - for standard input, in case the TPM does not"
                    + " open it.")
    String file;

    @Mixin
    PasswordOption password;

    /** File of a password that opens the vault, {@code -} for standard input; null to ask. */
    public String passwordFile() {
        return password.file();
    }

    /** Name of the file, {@code -} for standard input; null to ask. */
    public String file() {
        return file;
    }
}
