// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.command;

import java.util.List;
import java.util.Optional;
import org.tpmkeyring.cli.option.NewPasswordOption;
import org.tpmkeyring.cli.option.OwnerOption;
import org.tpmkeyring.cli.option.PasswordOption;
import org.tpmkeyring.cli.option.PolicyOptions;
import org.tpmkeyring.cli.option.VaultNameConverter;
import org.tpmkeyring.cli.output.Output;
import org.tpmkeyring.cli.output.SafeText;
import org.tpmkeyring.cli.output.Words;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.KeyringException;
import org.tpmkeyring.protocol.api.ProtectorInfo;
import org.tpmkeyring.protocol.api.Reseal;
import org.tpmkeyring.protocol.value.VaultName;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code tpm-keyring reseal}. */
@Command(
        name = "reseal",
        header = "Seal a vault to the PCR state of now.",
        description = "After a change that you made or trust: new firmware, another Secure Boot setting, other PCRs to"
                + " bind to. Where the TPM does not open the vault any more, a recovery key is asked for.",
        footer = {
            "",
            "Examples:",
            "  tpm-keyring reseal",
            "  tpm-keyring reseal data --tpm2-pcrs 7+14",
            "  tpm-keyring reseal data --reopenable"
        })
public final class ResealCommand extends DaemonCommand {
    @Parameters(
            arity = "0..1",
            paramLabel = "VAULT",
            converter = VaultNameConverter.class,
            description = "The vault. Default: default.")
    VaultName vault = new VaultName(DEFAULT_VAULT);

    @Option(
            names = {"--recovery-key-file", "--unlock-key-file"},
            paramLabel = "FILE",
            order = 1,
            description = "Read a recovery key from FILE, - for standard input, instead of asking if it is needed.")
    String recoveryKeyFile;

    @Option(
            names = "--reopenable",
            order = 2,
            description = "Let the TPM open a vault for boot at any time, from now on.")
    boolean reopenable;

    @Option(
            names = "--no-reopenable",
            order = 3,
            description = "Shut a vault for boot when the boot is over, from now on, see 'tpm-keyring close'.")
    boolean notReopenable;

    @Mixin
    PolicyOptions policy;

    @Mixin
    PasswordOption password;

    @Mixin
    NewPasswordOption newPassword;

    @Mixin
    OwnerOption owner;

    @Override
    public Integer call() {
        Output output = output();
        Reseal.Reply reply = callToChange(
                Reseal.METHOD,
                new Reseal.Request(owner.owner(), vault.text(), policy.pcrs(), policy.allowUnmeasured(), choice()),
                vault.text(),
                new SecretFiles("--recovery-key-file", recoveryKeyFile, password.file(), newPassword.file()));
        if (!output.json(reply)) {
            tell(output, vault, reply.resealed(), reply.kept());
        }
        return DONE;
    }

    private Optional<Boolean> choice() {
        if (reopenable && notReopenable) {
            throw KeyringException.of(ErrorKind.BAD_ARGUMENT)
                    .with("argument", "--reopenable")
                    .with("reason", "it excludes --no-reopenable")
                    .build();
        }
        return reopenable || notReopenable ? Optional.of(reopenable) : Optional.empty();
    }

    /** Tells which sealings were made anew. */
    static void tell(Output output, VaultName vault, List<ProtectorInfo> resealed, List<ProtectorInfo> kept) {
        for (ProtectorInfo protector : resealed) {
            output.done("vault '" + vault + "' sealed anew: " + SafeText.of(Words.protector(protector)));
        }
        for (ProtectorInfo protector : kept) {
            output.note("no PIN was given, " + SafeText.of(Words.protector(protector))
                    + " is left as it is and may open the vault no more");
            output.hint("tpm-keyring protector change " + SafeText.of(protector.id()) + " --vault " + vault);
        }
    }
}
