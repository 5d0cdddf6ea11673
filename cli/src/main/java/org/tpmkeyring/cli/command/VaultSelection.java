// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.command;

import java.util.ArrayList;
import java.util.List;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.KeyringException;
import org.tpmkeyring.protocol.value.VaultName;

/** The vaults that a command is for: named, or chosen by an option, but not both. */
final class VaultSelection {
    private VaultSelection() {}

    /**
     * @throws KeyringException BAD_ARGUMENT when the ways to choose are mixed
     */
    static void check(String command, List<VaultName> vaults, boolean all, boolean when) {
        int ways = (vaults.isEmpty() ? 0 : 1) + (all ? 1 : 0) + (when ? 1 : 0);
        if (ways > 1) {
            throw KeyringException.of(ErrorKind.BAD_ARGUMENT)
                    .with("argument", command)
                    .with("reason", "vault names, --all and --when exclude each other")
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
