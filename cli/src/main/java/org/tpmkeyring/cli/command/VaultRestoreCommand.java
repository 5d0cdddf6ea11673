// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.command;

import org.tpmkeyring.cli.option.OwnerOption;
import org.tpmkeyring.cli.option.VaultNameConverter;
import org.tpmkeyring.cli.output.Output;
import org.tpmkeyring.cli.output.SafeText;
import org.tpmkeyring.cli.output.Words;
import org.tpmkeyring.protocol.api.RestoreVault;
import org.tpmkeyring.protocol.value.VaultName;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code tpm-keyring vault restore}. */
@Command(
        name = "restore",
        header = "Put the previous state of a damaged vault in force.",
        description = "keyringd keeps the file of a vault as it was before the last change. This puts it in the place"
                + " of one that cannot be used, which is kept beside it. The last change is undone: a key added last is gone,"
                + " and a protector removed last opens the vault again.",
        footer = {"", "Example:", "  tpm-keyring vault restore 0f3a91c27bd44e5c8d1e6f7a8b9c0d1e"})
public final class VaultRestoreCommand extends DaemonCommand {
    @Parameters(
            paramLabel = "VAULT",
            converter = VaultNameConverter.class,
            description = "Name of the vault, or its id as 'tpm-keyring status' shows it.")
    VaultName vault;

    @Mixin
    OwnerOption owner;

    @Override
    public Integer call() {
        Output output = output();
        RestoreVault.Reply reply =
                client().call(RestoreVault.METHOD, new RestoreVault.Request(owner.owner(), vault.text()));
        if (!output.json(reply)) {
            output.done("vault '" + SafeText.of(reply.vault().name()) + "' restored to generation " + reply.generation()
                    + ", it has " + Words.count(reply.vault().keys(), "key"));
            long uid = reply.vault().owner();
            // the name may be one that the vault had before a rename, and by now another's
            String id = SafeText.of(reply.vault().id());
            String named = id + (uid == host().onDemand().uid() ? "" : " --user " + uid);
            output.note(
                    "its last change is undone: a key added last is gone, and a protector removed last opens it again");
            output.note("the damaged file is kept beside the new one, as " + id + ".vault.damaged");
            output.hint("tpm-keyring list --vault " + named);
            output.hint("tpm-keyring protector list --vault " + named);
            output.hint("tpm-keyring unlock " + named);
        }
        return DONE;
    }
}
