// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.command;

import java.nio.file.Path;
import java.util.List;
import org.tpmkeyring.cli.output.Style;
import org.tpmkeyring.cli.output.Table;
import org.tpmkeyring.cli.output.Words;
import org.tpmkeyring.protocol.api.VaultInfo;

/** Vaults as a table, the same in {@code status} and {@code vault list}. */
final class VaultTable {
    private VaultTable() {}

    static Table of(List<VaultInfo> vaults, boolean owners, Style style, Path root) {
        return owners ? withOwners(vaults, style, root) : plain(vaults, style);
    }

    private static Table plain(List<VaultInfo> vaults, Style style) {
        Table table = new Table("VAULT", "WHEN", "STATE", "KEYS", "OPENED BY")
                .painting(2, state -> StatePaint.of(style, state));
        for (VaultInfo vault : vaults) {
            table.row(vault.name(), Words.of(vault.when()), Words.state(vault), keys(vault), openers(vault));
        }
        return table;
    }

    private static Table withOwners(List<VaultInfo> vaults, Style style, Path root) {
        UserNames names = new UserNames(root);
        Table table = new Table("OWNER", "VAULT", "WHEN", "STATE", "KEYS", "OPENED BY")
                .painting(3, state -> StatePaint.of(style, state));
        for (VaultInfo vault : vaults) {
            table.row(
                    names.of(vault.owner()),
                    vault.name(),
                    Words.of(vault.when()),
                    Words.state(vault),
                    keys(vault),
                    openers(vault));
        }
        return table;
    }

    private static String keys(VaultInfo vault) {
        return vault.damage().isPresent() ? "?" : vault.delivered() + " of " + vault.keys();
    }

    private static String openers(VaultInfo vault) {
        return vault.damage().orElseGet(() -> Words.protectors(vault));
    }
}
