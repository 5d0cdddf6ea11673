// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.command;

import java.util.ArrayList;
import java.util.List;
import org.tpmkeyring.cli.option.OwnerOption;
import org.tpmkeyring.cli.option.VaultNameConverter;
import org.tpmkeyring.cli.output.Output;
import org.tpmkeyring.protocol.api.Lock;
import org.tpmkeyring.protocol.value.VaultName;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code tpm-keyring lock}. */
@Command(
        name = "lock",
        header = "Take the keys of vaults away from the kernel.",
        description = {
            "Files that are open stay readable to whoever has them open: such a key is reported as still in use,"
                    + " and the exit status is 1. Close the files and lock again.",
            "",
            "A mounted eCryptfs directory has read its key already; unmount it as well."
        },
        footer = {"", "Examples:", "  tpm-keyring lock", "  tpm-keyring lock --all"})
public final class LockCommand extends DaemonCommand {
    @Parameters(
            arity = "0..*",
            paramLabel = "VAULT",
            converter = VaultNameConverter.class,
            description = "Vaults to lock. Default: the vault 'default'.")
    List<VaultName> vaults = new ArrayList<>();

    @Option(
            names = {"-a", "--all"},
            order = 1,
            description = "All vaults of the user.")
    boolean all;

    @Mixin
    OwnerOption owner;

    @Override
    public Integer call() {
        VaultSelection.check("lock", vaults, all);
        Output output = output();
        Lock.Reply reply =
                client().call(Lock.METHOD, new Lock.Request(owner.owner(), VaultSelection.names(vaults), all));
        boolean json = output.json(reply);
        if (reply.vaults().isEmpty() && !json) {
            output.done("no vault to lock");
        }
        return new OutcomeLines(output).vaults(reply.vaults()).exitStatus();
    }
}
