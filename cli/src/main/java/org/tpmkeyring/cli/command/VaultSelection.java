// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.command;

import java.util.ArrayList;
import java.util.List;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.KeyringException;
import org.tpmkeyring.protocol.value.VaultName;

/** The vaults that a command is for: named, or chosen by options, but not both. */
final class VaultSelection {
    private VaultSelection() {}

    /**
     * @param options whether an option chooses vaults; {@code --all} may be narrowed by {@code --when}
     * @throws KeyringException BAD_ARGUMENT when vaults are named as well
     */
    static void check(String command, List<VaultName> vaults, boolean options) {
        if (!vaults.isEmpty() && options) {
            throw KeyringException.of(ErrorKind.BAD_ARGUMENT)
                    .with("argument", command)
                    .with("reason", "vault names exclude --all and --when")
                    .build();
        }
    }

    static List<String> names(List<VaultName> vaults) {
        List<String> names = new ArrayList<>(vaults.size());
        for (VaultName vault : vaults) {
            names.add(vault.text());
        }
        return names;
    }
}
