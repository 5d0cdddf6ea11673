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
                + " of one that cannot be used; what the last change did is lost.",
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
            output.hint("tpm-keyring unlock " + SafeText.of(reply.vault().name()));
        }
        return DONE;
    }
}
