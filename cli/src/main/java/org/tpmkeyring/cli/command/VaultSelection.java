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
     * @param chosen whether options say which
     * @throws KeyringException BAD_ARGUMENT when the ways to choose are mixed
     */
    static void check(String command, List<VaultName> vaults, boolean chosen) {
        if (chosen && !vaults.isEmpty()) {
            throw KeyringException.of(ErrorKind.BAD_ARGUMENT)
                    .with("argument", command)
                    .with("reason", "vaults are named or chosen by --all or --when, not both")
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
