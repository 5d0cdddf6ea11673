// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.command;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.tpmkeyring.cli.dialogue.Dialogue;
import org.tpmkeyring.cli.dialogue.PasswordAnswer;
import org.tpmkeyring.cli.option.OwnerOption;
import org.tpmkeyring.cli.option.PasswordOption;
import org.tpmkeyring.cli.option.VaultNameConverter;
import org.tpmkeyring.cli.option.WhenChoices;
import org.tpmkeyring.cli.output.Output;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.KeyringException;
import org.tpmkeyring.protocol.api.Unlock;
import org.tpmkeyring.protocol.value.VaultName;
import org.tpmkeyring.protocol.value.When;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code tpm-keyring unlock}. */
@Command(
        name = "unlock",
        header = "Deliver the keys of vaults to the kernel.",
        description = {
            "The TPM opens a vault only while its PCRs are as they were when it was sealed. Keys that are in"
                    + " place already are left alone, and a vault with nothing to do costs no TPM command. A PIN or passphrase is"
                    + " asked for where one vault is named that nothing else opens.",
            "",
            "When one of several vaults fails the others are unlocked all the same; the exit status is that of"
                    + " the first failure."
        },
        footer = {
            "",
            "Examples:",
            "  tpm-keyring unlock",
            "  tpm-keyring unlock photos archive",
            "  tpm-keyring unlock --all --when=boot --quiet"
        })
public final class UnlockCommand extends DaemonCommand {
    @Parameters(
            arity = "0..*",
            paramLabel = "VAULT",
            converter = VaultNameConverter.class,
            description = "Vaults to unlock. Default: the vault 'default'.")
    List<VaultName> vaults = new ArrayList<>();

    @Option(
            names = {"-a", "--all"},
            order = 1,
            description = "All vaults of the user.")
    boolean all;

    @Option(
            names = "--when",
            paramLabel = "boot|login|manual",
            converter = WhenChoices.class,
            completionCandidates = WhenChoices.class,
            order = 2,
            description = "All vaults of the user that are for this occasion; with --all, as root, those of all users.")
    When when;

    @Mixin
    PasswordOption password;

    @Mixin
    OwnerOption owner;

    @Override
    public Integer call() {
        VaultSelection.check("unlock", vaults, all || when != null);
        Output output = output();
        Unlock.Reply reply = unlocked(
                new Unlock.Request(owner.owner(), VaultSelection.names(vaults), all, Optional.ofNullable(when)));
        boolean json = output.json(reply);
        if (reply.vaults().isEmpty() && !json) {
            output.done("no vault to unlock");
        }
        return new OutcomeLines(output).vaults(reply.vaults()).exitStatus();
    }

    /** Only a vault that nothing but a password opens has it asked for. */
    private Unlock.Reply unlocked(Unlock.Request request) {
        try {
            return client().call(Unlock.METHOD, request);
        } catch (KeyringException e) {
            boolean askable = password.file() != null || host().terminal().interactive();
            if (e.kind() != ErrorKind.PASSWORD_NEEDED || !askable) {
                throw e;
            }
        }
        String vault = vaults.isEmpty() ? DEFAULT_VAULT : vaults.get(0).text();
        try (PasswordAnswer answer = password(vault, password)) {
            return client().callWithSecrets(Unlock.METHOD, request, answer.into(new Dialogue()));
        }
    }
}
