// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.command;

import org.tpmkeyring.cli.option.NewPasswordOption;
import org.tpmkeyring.cli.option.OwnerOption;
import org.tpmkeyring.cli.option.PolicyOptions;
import org.tpmkeyring.cli.option.VaultNameConverter;
import org.tpmkeyring.cli.output.Output;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.KeyringException;
import org.tpmkeyring.protocol.api.KeyResult;
import org.tpmkeyring.protocol.api.ListVaults;
import org.tpmkeyring.protocol.api.Recover;
import org.tpmkeyring.protocol.api.VaultDoor;
import org.tpmkeyring.protocol.api.VaultInfo;
import org.tpmkeyring.protocol.api.VaultOutcome;
import org.tpmkeyring.protocol.value.TargetType;
import org.tpmkeyring.protocol.value.VaultName;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code tpm-keyring recover}. */
@Command(
        name = "recover",
        header = "Open a vault with its recovery key.",
        description = {
            "For when the TPM does not: its keys are delivered as by 'tpm-keyring unlock'. With --reseal the vault is"
                    + " sealed to the PCRs of now as well, so that the TPM opens it from here on.",
            "",
            "The key is asked for on the terminal. Typing errors are found at once, group by group."
        },
        footer = {
            "",
            "Examples:",
            "  tpm-keyring recover",
            "  tpm-keyring recover data --reseal --recovery-key-file data.recovery"
        })
public final class RecoverCommand extends DaemonCommand {
    @Parameters(
            arity = "0..1",
            paramLabel = "VAULT",
            converter = VaultNameConverter.class,
            description = "The vault. Default: default.")
    VaultName vault = new VaultName(DEFAULT_VAULT);

    @Option(names = "--reseal", order = 1, description = "Also seal the vault to the PCRs of now.")
    boolean reseal;

    @Option(
            names = "--recovery-key-file",
            paramLabel = "FILE",
            order = 2,
            description = "Read the recovery key from FILE, - for standard input, instead of asking.")
    String recoveryKeyFile;

    @Mixin
    PolicyOptions policy;

    @Mixin
    NewPasswordOption newPassword;

    @Mixin
    OwnerOption owner;

    @Override
    public Integer call() {
        if (policy.pcrs().isPresent() && !reseal) {
            throw KeyringException.of(ErrorKind.BAD_ARGUMENT)
                    .with("argument", "--tpm2-pcrs")
                    .with("reason", "it goes with --reseal only")
                    .build();
        }
        Output output = output();
        Recover.Reply reply = callWithRecoveryKey(
                Recover.METHOD,
                new Recover.Request(owner.owner(), vault.text(), reseal, policy.pcrs(), policy.allowUnmeasured()),
                vault.text(),
                new SecretFiles("--recovery-key-file", recoveryKeyFile, null, newPassword.file()));
        boolean json = output.json(reply);
        int status = new OutcomeLines(output).vault(reply.outcome()).exitStatus();
        if (!json) {
            ResealCommand.tell(output, vault, reply.resealed(), reply.kept());
            boolean shut = shut();
            if (!reseal) {
                outlook(output, shut);
            }
            if (shut) {
                outOfTheKeyring(output, reply.outcome());
            }
        }
        return status;
    }

    /** A vault that only the end of boot shut needs no resealing, which would not open it earlier either. */
    private void outlook(Output output, boolean shut) {
        if (shut) {
            output.note("the TPM opens it by itself again at the next boot, unless more than the door has changed");
        } else {
            output.note("whether the TPM opens it by itself, too, and what to do if not:");
        }
        output.hint("tpm-keyring explain " + vault + owner.words());
    }

    /** Root's keyring is no place for a volume's key to stay in, and nothing else takes it away before the next boot. */
    private static void outOfTheKeyring(Output output, VaultOutcome outcome) {
        boolean volume = outcome.keys().stream()
                .anyMatch(key -> key.target() == TargetType.LUKS && key.result() == KeyResult.DELIVERED);
        if (volume) {
            output.note("keys of LUKS volumes stay in root's keyring; once the volumes are open, take them away");
            output.hint("tpm-keyring close");
        }
    }

    private boolean shut() {
        boolean shut = false;
        ListVaults.Request request = new ListVaults.Request(owner.owner(), false);
        for (VaultInfo info : client().call(ListVaults.METHOD, request).vaults()) {
            boolean meant = info.name().equals(vault.text()) || info.id().equals(vault.text());
            shut |= meant && info.door() == VaultDoor.SHUT;
        }
        return shut;
    }
}
