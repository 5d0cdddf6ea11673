// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.command;

import org.tpmkeyring.cli.option.OwnerOption;
import org.tpmkeyring.cli.output.Output;
import org.tpmkeyring.protocol.api.ListVaults;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code tpm-keyring vault list}. */
@Command(
        name = "list",
        header = "List vaults and what opens them.",
        description = "States: unlocked (the kernel has all keys), partly, locked, empty, damaged (its file cannot be"
                + " used; the reason stands in the last column).",
        footer = {"", "Example:", "  tpm-keyring vault list"})
public final class VaultListCommand extends DaemonCommand {
    @Option(
            names = {"-a", "--all"},
            order = 1,
            description = "The vaults of all users. Root only.")
    boolean all;

    @Mixin
    OwnerOption owner;

    @Override
    public Integer call() {
        Output output = output();
        ListVaults.Reply reply = client().call(ListVaults.METHOD, new ListVaults.Request(owner.owner(), all));
        if (output.json(reply)) {
            return DONE;
        }
        if (reply.vaults().isEmpty()) {
            output.note("no vaults yet");
            output.hint("tpm-keyring add NAME --target ecryptfs --generate");
            return DONE;
        }
        output.table(VaultTable.of(reply.vaults(), all, output.style(), host().root()));
        return DONE;
    }
}
