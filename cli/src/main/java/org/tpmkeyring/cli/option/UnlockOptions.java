// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.option;

import picocli.CommandLine.Mixin;

/** {@code --unlock-key-file} and {@code --password-file}, of commands that change what is in a vault. */
public final class UnlockOptions extends UnlockKeyOption {
    @Mixin
    PasswordOption password;

    @Override
    public String passwordFile() {
        return password.file();
    }
}
