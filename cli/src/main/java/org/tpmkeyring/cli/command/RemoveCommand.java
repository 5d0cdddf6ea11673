// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.command;

import java.util.List;
import org.tpmkeyring.cli.dialogue.Question;
import org.tpmkeyring.cli.option.KeyNameConverter;
import org.tpmkeyring.cli.option.OwnerOption;
import org.tpmkeyring.cli.option.UnlockKeyOption;
import org.tpmkeyring.cli.option.YesOption;
import org.tpmkeyring.cli.output.Output;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.api.RemoveKey;
import org.tpmkeyring.protocol.api.ShowKey;
import org.tpmkeyring.protocol.value.KeyName;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code tpm-keyring remove}. */
@Command(
        name = "remove",
        header = "Take a key from the kernel and from its vault, for good.",
        description = "There is no way back: what is encrypted under the key cannot be read any more, unless the"
                + " secret is kept elsewhere. To take a key away for now, use 'tpm-keyring lock'.",
        footer = {"", "Example:", "  tpm-keyring remove photos"})
public final class RemoveCommand extends DaemonCommand {
    @Parameters(paramLabel = "NAME", converter = KeyNameConverter.class, description = "Name of the key.")
    KeyName name;

    @Mixin
    YesOption sure;

    @Mixin
    UnlockKeyOption unlockKey;

    @Mixin
    OwnerOption owner;

    @Override
    public Integer call() {
        Output output = output();
        if (!sure.yes()
                && !Question.yes(
                        host().terminal(),
                        "Its secret is destroyed. What is encrypted under it cannot be read any more.",
                        "remove key '" + name + "'",
                        "tpm-keyring remove " + name + " --yes")) {
            output.note("key '" + name + "' is left as it is");
            return ErrorKind.UNEXPECTED.exitCode();
        }
        RemoveKey.Reply reply = callToChange(
                RemoveKey.METHOD, new RemoveKey.Request(owner.owner(), name.text()), this::vault, unlockKey);
        if (!output.json(reply)) {
            output.done("key '" + name + "' removed");
        }
        return new OutcomeLines(output).keys(List.of(reply.removal())).exitStatus();
    }

    private String vault() {
        ShowKey.Request about = new ShowKey.Request(owner.owner(), name.text());
        return client().call(ShowKey.METHOD, about).vault().name();
    }
}
