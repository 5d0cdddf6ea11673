// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.command;

import org.tpmkeyring.cli.dialogue.Dialogue;
import org.tpmkeyring.cli.dialogue.RecoveryKeyAnswer;
import org.tpmkeyring.cli.dialogue.SavedRecoveryKey;
import org.tpmkeyring.cli.option.NewPasswordOption;
import org.tpmkeyring.cli.option.OwnerOption;
import org.tpmkeyring.cli.option.PinOption;
import org.tpmkeyring.cli.option.PolicyOptions;
import org.tpmkeyring.cli.option.ProtectorChoices;
import org.tpmkeyring.cli.option.UnlockOptions;
import org.tpmkeyring.cli.option.VaultNameConverter;
import org.tpmkeyring.cli.output.Output;
import org.tpmkeyring.cli.output.SafeText;
import org.tpmkeyring.cli.output.Words;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.KeyringException;
import org.tpmkeyring.protocol.api.AddProtector;
import org.tpmkeyring.protocol.api.ProtectorType;
import org.tpmkeyring.protocol.value.VaultName;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code tpm-keyring protector add}. */
@Command(
        name = "add",
        header = "Add one more way to open a vault.",
        description =
                "The vault is opened by the TPM for this, or else by a password or a recovery key it has already.",
        footer = {
            "",
            "Examples:",
            "  tpm-keyring protector add recovery",
            "  tpm-keyring protector add tpm2 --vault data --tpm2-pcrs 7+14",
            "  tpm-keyring protector add tpm2 --vault data --tpm2-with-pin",
            "  tpm-keyring protector add passphrase"
        })
public final class ProtectorAddCommand extends DaemonCommand {
    @Parameters(
            paramLabel = "recovery|tpm2|passphrase",
            converter = ProtectorChoices.class,
            completionCandidates = ProtectorChoices.class,
            description = "The kind of protector.")
    ProtectorType type;

    @Option(
            names = "--vault",
            paramLabel = "VAULT",
            converter = VaultNameConverter.class,
            order = 1,
            description = "The vault. Default: default.")
    VaultName vault = new VaultName(DEFAULT_VAULT);

    @Option(
            names = "--recovery-key-file",
            paramLabel = "FILE",
            order = 2,
            description = "With recovery: write the new key to the new file FILE, readable by you only, instead of"
                    + " showing it.")
    String recoveryKeyFile;

    @Mixin
    UnlockOptions unlockKey;

    @Mixin
    PolicyOptions policy;

    @Mixin
    PinOption pin;

    @Mixin
    NewPasswordOption newPassword;

    @Mixin
    OwnerOption owner;

    @Override
    public Integer call() {
        checkOptions();
        try (RecoveryKeyAnswer old = recoveryKey(vault::text, unlockKey, newPassword);
                SavedRecoveryKey file = saved(recoveryKeyFile)) {
            Dialogue dialogue =
                    old.into(new Dialogue()).onOffer(Dialogue.RECOVERY_KEY, file == null ? shown(vault.text()) : file);
            try {
                tell(client().call(AddProtector.METHOD, request(), dialogue));
            } catch (KeyringException e) {
                discardIfRefused(file, e);
                throw e;
            }
        }
        return DONE;
    }

    private void checkOptions() {
        if (type != ProtectorType.RECOVERY && recoveryKeyFile != null) {
            throw bad("--recovery-key-file", "it goes with 'recovery'; to open the vault use --unlock-key-file");
        }
        if (type != ProtectorType.TPM2 && pin.pin()) {
            throw bad(PinOption.NAME, "it goes with 'tpm2'");
        }
        if (type == ProtectorType.PASSPHRASE && policy.pcrs().isPresent()) {
            throw bad("--tpm2-pcrs", "it goes with 'tpm2'; a passphrase opens the vault whatever the PCRs are");
        }
        if (type == ProtectorType.RECOVERY && policy.pcrs().isPresent()) {
            throw bad("--tpm2-pcrs", "it goes with 'tpm2'; a recovery key opens the vault whatever the PCRs are");
        }
    }

    private static KeyringException bad(String argument, String reason) {
        return KeyringException.of(ErrorKind.BAD_ARGUMENT)
                .with("argument", argument)
                .with("reason", reason)
                .build();
    }

    private AddProtector.Request request() {
        return new AddProtector.Request(
                owner.owner(), vault.text(), type, policy.pcrs(), policy.allowUnmeasured(), pin.pin());
    }

    private void tell(AddProtector.Reply reply) {
        Output output = output();
        if (!output.json(reply)) {
            output.done("vault '" + vault + "' is now opened by " + SafeText.of(Words.protector(reply.protector()))
                    + " too");
            AddReport.recoveryNote(output, vault.text(), recoveryKeyFile, false);
        }
    }
}
