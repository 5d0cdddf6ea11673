// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.command;

import org.tpmkeyring.cli.option.OwnerOption;
import org.tpmkeyring.cli.option.UnlockOptions;
import org.tpmkeyring.cli.option.VaultNameConverter;
import org.tpmkeyring.cli.output.Output;
import org.tpmkeyring.protocol.api.RenameVault;
import org.tpmkeyring.protocol.value.VaultName;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code tpm-keyring vault rename}. */
@Command(
        name = "rename",
        header = "Give a vault another name.",
        description =
                "The name is sealed in with the rest, so the vault is opened for this, by the TPM or a recovery key. Keys, protectors"
                        + " and recovery key stay as they are.",
        footer = {"", "Example:", "  tpm-keyring vault rename default laptop"})
public final class VaultRenameCommand extends DaemonCommand {
    @Parameters(index = "0", paramLabel = "VAULT", converter = VaultNameConverter.class, description = "Its name now.")
    VaultName vault;

    @Parameters(
            index = "1",
            paramLabel = "NEW-NAME",
            converter = VaultNameConverter.class,
            description = "Its name from now on.")
    VaultName newName;

    @Mixin
    UnlockOptions unlockKey;

    @Mixin
    OwnerOption owner;

    @Override
    public Integer call() {
        Output output = output();
        RenameVault.Reply reply = callToChange(
                RenameVault.METHOD,
                new RenameVault.Request(owner.owner(), vault.text(), newName.text()),
                vault::text,
                unlockKey);
        if (!output.json(reply)) {
            output.done("vault '" + vault + "' is now '" + newName + "'");
        }
        return DONE;
    }
}
