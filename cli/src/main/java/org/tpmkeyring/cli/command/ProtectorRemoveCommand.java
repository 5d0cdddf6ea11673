// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.command;

import org.tpmkeyring.cli.dialogue.Question;
import org.tpmkeyring.cli.option.OwnerOption;
import org.tpmkeyring.cli.option.PasswordOption;
import org.tpmkeyring.cli.option.VaultNameConverter;
import org.tpmkeyring.cli.option.YesOption;
import org.tpmkeyring.cli.output.Output;
import org.tpmkeyring.cli.output.SafeText;
import org.tpmkeyring.cli.output.Words;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.api.RemoveProtector;
import org.tpmkeyring.protocol.value.VaultName;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code tpm-keyring protector remove}. */
@Command(
        name = "remove",
        header = "Take one way to open a vault away.",
        description = "The last one is refused. A recovery key that was removed opens nothing any more, wherever it is"
                + " written down.",
        footer = {"", "Example:", "  tpm-keyring protector remove recovery-1 --vault data"})
public final class ProtectorRemoveCommand extends DaemonCommand {
    @Parameters(paramLabel = "ID", description = "The protector, as 'tpm-keyring protector list' shows it.")
    String protector;

    @Option(
            names = "--vault",
            paramLabel = "VAULT",
            converter = VaultNameConverter.class,
            order = 1,
            description = "The vault. Default: default.")
    VaultName vault = new VaultName(DEFAULT_VAULT);

    @Option(
            names = {"--recovery-key-file", "--unlock-key-file"},
            paramLabel = "FILE",
            order = 2,
            description = "Read a recovery key from FILE, - for standard input, in case the TPM does not open the"
                    + " vault.")
    String recoveryKeyFile;

    @Mixin
    PasswordOption password;

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
        RemoveProtector.Reply reply = callToChange(
                RemoveProtector.METHOD,
                new RemoveProtector.Request(owner.owner(), vault.text(), protector),
                vault.text(),
                new SecretFiles("--recovery-key-file", recoveryKeyFile, password.file(), null));
        if (!output.json(reply)) {
            output.done("vault '" + vault + "' is now opened by " + SafeText.of(Words.protectors(reply.vault())));
        }
        return DONE;
    }

    private boolean confirmed() {
        String id = SafeText.of(protector);
        return Question.yes(
                host().terminal(),
                "It will not open the vault any more.",
                "remove protector '" + id + "' of vault '" + vault + "'",
                "tpm-keyring protector remove " + id + " --vault " + vault + " --yes");
    }
}
