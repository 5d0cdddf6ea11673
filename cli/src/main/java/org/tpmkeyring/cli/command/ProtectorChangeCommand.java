// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.command;

import java.util.Optional;
import org.tpmkeyring.cli.dialogue.Dialogue;
import org.tpmkeyring.cli.dialogue.RecoveryKeyAnswer;
import org.tpmkeyring.cli.option.NewPasswordOption;
import org.tpmkeyring.cli.option.OwnerOption;
import org.tpmkeyring.cli.option.UnlockOptions;
import org.tpmkeyring.cli.option.VaultNameConverter;
import org.tpmkeyring.cli.output.Output;
import org.tpmkeyring.cli.output.SafeText;
import org.tpmkeyring.cli.output.Words;
import org.tpmkeyring.protocol.api.ChangeProtector;
import org.tpmkeyring.protocol.value.VaultName;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code tpm-keyring protector change}. */
@Command(
        name = "change",
        header = "Give a protector another PIN or passphrase.",
        description =
                "The old one is asked for, and then the new one twice. Who has forgotten the old one presses Enter:"
                        + " the vault is then opened by the TPM, if it has a protector without PIN, or by a recovery key.",
        footer = {
            "",
            "Examples:",
            "  tpm-keyring protector change",
            "  tpm-keyring protector change passphrase-3 --vault photos"
        })
public final class ProtectorChangeCommand extends DaemonCommand {
    @Parameters(
            arity = "0..1",
            paramLabel = "ID",
            description = "The protector, as 'tpm-keyring protector list' shows it. Default: the only one that takes a"
                    + " PIN or passphrase.")
    String protector;

    @Option(
            names = "--vault",
            paramLabel = "VAULT",
            converter = VaultNameConverter.class,
            order = 1,
            description = "The vault. Default: default.")
    VaultName vault = new VaultName(DEFAULT_VAULT);

    @Mixin
    UnlockOptions unlockKey;

    @Mixin
    NewPasswordOption newPassword;

    @Mixin
    OwnerOption owner;

    @Override
    public Integer call() {
        Output output = output();
        try (RecoveryKeyAnswer old = recoveryKey(vault::text, unlockKey, newPassword)) {
            ChangeProtector.Reply reply = client().call(
                            ChangeProtector.METHOD,
                            new ChangeProtector.Request(owner.owner(), vault.text(), Optional.ofNullable(protector)),
                            old.into(new Dialogue()));
            if (!output.json(reply)) {
                output.done("vault '" + vault + "' is now opened by "
                        + SafeText.of(Words.protector(reply.protector())) + " with the new "
                        + (reply.protector().pin() ? "PIN" : "passphrase"));
            }
        }
        return DONE;
    }
}
