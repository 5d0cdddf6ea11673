// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.command;

import org.tpmkeyring.cli.dialogue.Question;
import org.tpmkeyring.cli.option.OwnerOption;
import org.tpmkeyring.cli.option.VaultNameConverter;
import org.tpmkeyring.cli.option.YesOption;
import org.tpmkeyring.cli.output.Output;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.api.RemoveVault;
import org.tpmkeyring.protocol.value.VaultName;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code tpm-keyring vault remove}. */
@Command(
        name = "remove",
        header = "Destroy a vault.",
        description = "A vault that holds keys is refused unless --with-keys is given. There is no way back: its"
                + " recovery key opens nothing afterwards.",
        footer = {"", "Example:", "  tpm-keyring vault remove archive --with-keys"})
public final class VaultRemoveCommand extends DaemonCommand {
    @Parameters(paramLabel = "VAULT", converter = VaultNameConverter.class, description = "Name of the vault.")
    VaultName vault;

    @Option(names = "--with-keys", order = 1, description = "Destroy its keys too.")
    boolean withKeys;

    @Mixin
    YesOption sure;

    @Mixin
    OwnerOption owner;

    @Override
    public Integer call() {
        Output output = output();
        if (!sure.yes() && !confirmed()) {
            output.note("vault '" + vault + "' is left as it is");
            return ErrorKind.UNEXPECTED.exitCode();
        }
        RemoveVault.Reply reply =
                client().call(RemoveVault.METHOD, new RemoveVault.Request(owner.owner(), vault.text(), withKeys));
        if (!output.json(reply)) {
            output.done("vault '" + vault + "' removed");
        }
        return new OutcomeLines(output).keys(reply.keys()).exitStatus();
    }

    private boolean confirmed() {
        return Question.yes(
                host().terminal(),
                withKeys
                        ? "Its keys are destroyed. What is encrypted under them cannot be read any more."
                        : "Its recovery key opens nothing afterwards.",
                "remove vault '" + vault + "'" + (withKeys ? " with all its keys" : ""),
                "tpm-keyring vault remove " + vault + (withKeys ? " --with-keys" : "") + " --yes");
    }
}
