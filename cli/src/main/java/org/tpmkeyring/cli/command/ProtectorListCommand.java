// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.command;

import java.util.List;
import org.tpmkeyring.cli.option.OwnerOption;
import org.tpmkeyring.cli.option.VaultNameConverter;
import org.tpmkeyring.cli.output.Output;
import org.tpmkeyring.cli.output.Table;
import org.tpmkeyring.cli.output.Times;
import org.tpmkeyring.cli.output.Words;
import org.tpmkeyring.protocol.Ambiguous;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.KeyringException;
import org.tpmkeyring.protocol.api.ListVaults;
import org.tpmkeyring.protocol.api.ProtectorInfo;
import org.tpmkeyring.protocol.api.VaultInfo;
import org.tpmkeyring.protocol.value.VaultName;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code tpm-keyring protector list}. */
@Command(
        name = "list",
        header = "List what opens a vault.",
        description = "Any one of them does. With --json the answer is the whole vault.",
        footer = {"", "Example:", "  tpm-keyring protector list --vault data"})
public final class ProtectorListCommand extends DaemonCommand {
    @Option(
            names = "--vault",
            paramLabel = "VAULT",
            converter = VaultNameConverter.class,
            order = 1,
            description = "The vault. Default: default.")
    VaultName vault = new VaultName(DEFAULT_VAULT);

    @Mixin
    OwnerOption owner;

    @Override
    public Integer call() {
        Output output = output();
        VaultInfo found = find(client().call(ListVaults.METHOD, new ListVaults.Request(owner.owner(), false)));
        if (output.json(found)) {
            return DONE;
        }
        Table table = new Table("ID", "TYPE", "PCRS", "MADE");
        for (ProtectorInfo protector : found.protectors()) {
            table.row(
                    protector.id(), Words.kind(protector), protector.pcrs().orElse("-"), Times.of(protector.created()));
        }
        output.table(table);
        return DONE;
    }

    /** By its name, or else by its id, as keyringd finds it. */
    private VaultInfo find(ListVaults.Reply reply) {
        List<VaultInfo> named = reply.vaults().stream()
                .filter(candidate -> candidate.name().equals(vault.text()))
                .toList();
        if (named.size() > 1) {
            throw Ambiguous.vault(
                    vault.text(), named.stream().map(VaultInfo::id).toList());
        }
        return named.stream()
                .findFirst()
                .or(() -> reply.vaults().stream()
                        .filter(candidate -> candidate.id().equals(vault.text()))
                        .findFirst())
                .orElseThrow(() -> KeyringException.of(ErrorKind.NO_SUCH_VAULT)
                        .with("vault", vault)
                        .build());
    }
}
