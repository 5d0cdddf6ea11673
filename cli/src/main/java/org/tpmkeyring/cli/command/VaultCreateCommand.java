// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.command;

import org.tpmkeyring.cli.dialogue.Dialogue;
import org.tpmkeyring.cli.dialogue.PasswordAnswer;
import org.tpmkeyring.cli.dialogue.SavedRecoveryKey;
import org.tpmkeyring.cli.option.NewVaultOptions;
import org.tpmkeyring.cli.option.OwnerOption;
import org.tpmkeyring.cli.option.VaultNameConverter;
import org.tpmkeyring.cli.output.Output;
import org.tpmkeyring.cli.output.SafeText;
import org.tpmkeyring.cli.output.Words;
import org.tpmkeyring.protocol.KeyringException;
import org.tpmkeyring.protocol.api.CreateVault;
import org.tpmkeyring.protocol.value.VaultName;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code tpm-keyring vault create}. */
@Command(
        name = "create",
        header = "Make an empty vault.",
        description = "It is sealed to the PCRs of now, and its recovery key is shown once. 'tpm-keyring add' makes a"
                + " vault by itself where there is none; this command is for vaults that differ from the usual.",
        footer = {
            "",
            "Examples:",
            "  tpm-keyring vault create archive --when manual",
            "  tpm-keyring vault create data --tpm2-pcrs 7+14 --recovery-key-file data.key"
        })
public final class VaultCreateCommand extends DaemonCommand {
    @Parameters(
            paramLabel = "VAULT",
            converter = VaultNameConverter.class,
            description = "Name of the new vault, see 'tpm-keyring help names'.")
    VaultName vault;

    @Mixin
    NewVaultOptions options;

    @Mixin
    OwnerOption owner;

    @Override
    public Integer call() {
        try (SavedRecoveryKey file = saved(options.recoveryKeyFile());
                PasswordAnswer pin = newPassword(vault.text(), options.newPassword())) {
            Dialogue dialogue =
                    pin.into(new Dialogue()).onOffer(Dialogue.RECOVERY_KEY, file == null ? shown(vault.text()) : file);
            try {
                tell(client().call(CreateVault.METHOD, request(), dialogue));
            } catch (KeyringException e) {
                discardIfRefused(file, e);
                throw e;
            }
        }
        return DONE;
    }

    private CreateVault.Request request() {
        return new CreateVault.Request(
                owner.owner(),
                vault.text(),
                options.when(),
                options.policy().pcrs(),
                options.policy().allowUnmeasured(),
                options.noRecoveryKey(),
                options.reopenable(),
                options.pin());
    }

    private void tell(CreateVault.Reply reply) {
        Output output = output();
        if (!output.json(reply)) {
            output.done("vault '" + vault + "' made " + AddReport.occasion(reply.vault()) + ", opened by "
                    + SafeText.of(Words.protectors(reply.vault())));
            AddReport.recoveryNote(output, vault.text(), options.recoveryKeyFile(), options.noRecoveryKey());
        }
    }
}
