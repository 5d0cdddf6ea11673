// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.command;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.tpmkeyring.cli.dialogue.Dialogue;
import org.tpmkeyring.cli.dialogue.GivenPassword;
import org.tpmkeyring.cli.dialogue.KeyFile;
import org.tpmkeyring.cli.dialogue.RecoveryKeyAnswer;
import org.tpmkeyring.cli.dialogue.SavedRecoveryKey;
import org.tpmkeyring.cli.ecryptfs.UtilsDirectory;
import org.tpmkeyring.cli.option.KeyNameConverter;
import org.tpmkeyring.cli.option.OwnerOption;
import org.tpmkeyring.cli.option.PolicyOptions;
import org.tpmkeyring.cli.option.RecoveryKeyOptions;
import org.tpmkeyring.cli.option.UnlockKeyOption;
import org.tpmkeyring.cli.option.VaultNameConverter;
import org.tpmkeyring.cli.output.Output;
import org.tpmkeyring.cli.output.SafeText;
import org.tpmkeyring.cli.program.Account;
import org.tpmkeyring.cli.program.Programs;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.KeyringException;
import org.tpmkeyring.protocol.api.AddKey;
import org.tpmkeyring.protocol.api.ImportEcryptfs;
import org.tpmkeyring.protocol.value.KeyName;
import org.tpmkeyring.protocol.value.VaultName;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code tpm-keyring import ecryptfs}. */
@Command(
        name = "ecryptfs",
        header = "Take over a home or ~/Private of ecryptfs-utils.",
        customSynopsis = "tpm-keyring import ecryptfs [NAME] [OPTIONS]",
        description = {
            "Unwraps the mount passphrase in ~/.ecryptfs with the login password, once, and seals it as a key of target"
                    + " ecryptfs in a vault for login. From then on a login mounts the directory without a password, also by"
                    + " ssh key or fingerprint.",
            "",
            "Nothing of ecryptfs-utils is changed: wrapped-passphrase and the password still open the directory."
        },
        footer = {"", "Examples:", "  tpm-keyring import ecryptfs", "  sudo tpm-keyring import ecryptfs --user alice"})
public final class ImportEcryptfsCommand extends DaemonCommand {
    private static final String PASSWORD_FILE = "--password-file";

    @Parameters(
            paramLabel = "NAME",
            arity = "0..1",
            converter = KeyNameConverter.class,
            description = "Name of the new key. Default: home for a whole home, otherwise private.")
    KeyName name;

    @Option(
            names = "--from",
            paramLabel = "DIR",
            order = 1,
            description = "The directory of ecryptfs-utils. Default: ~/.ecryptfs, or /home/.ecryptfs/USER/.ecryptfs.")
    Path from;

    @Option(
            names = PASSWORD_FILE,
            paramLabel = "FILE",
            order = 2,
            description = "Read the password from FILE, - for standard input, less one line break at its end.")
    String passwordFile;

    @Option(
            names = "--vault",
            paramLabel = "VAULT",
            converter = VaultNameConverter.class,
            order = 38,
            description = "Vault to put it in, one for login. Default: default.")
    VaultName vault;

    @Mixin
    PolicyOptions policy;

    @Mixin
    RecoveryKeyOptions newRecoveryKey;

    @Mixin
    UnlockKeyOption unlockKey;

    @Mixin
    OwnerOption owner;

    @Override
    public Integer call() {
        if (KeyFile.STANDARD_INPUT.equals(passwordFile) && KeyFile.STANDARD_INPUT.equals(unlockKey.file())) {
            throw bad(
                    UnlockKeyOption.NAME,
                    "standard input is read for " + PASSWORD_FILE + " already, name a file for one");
        }
        long uid = owner.owner().orElseGet(host().onDemand()::uid);
        Optional<Account> account = Account.of(new Programs(host().environment()), uid);
        UtilsDirectory found = from == null
                ? UtilsDirectory.of(account.orElseThrow(() -> homeless(uid)), uid, host().root())
                : UtilsDirectory.at(from, uid);
        String who = account.map(Account::name).orElse("uid " + uid);
        GivenPassword password =
                new GivenPassword(PASSWORD_FILE, question(found, who), passwordFile(), host().terminal());
        password.requirePossible();
        try (RecoveryKeyAnswer known = recoveryKey(this::vaultName, unlockKey);
                SavedRecoveryKey file = saved(newRecoveryKey.file())) {
            Dialogue dialogue = known.into(new Dialogue())
                    .onWant(Dialogue.PASSWORD, password)
                    .onOffer(Dialogue.RECOVERY_KEY, file == null ? shown(vaultName()) : file);
            String key = keyName(found, account);
            try {
                return tell(found, client().call(ImportEcryptfs.METHOD, request(found, key), dialogue));
            } catch (KeyringException e) {
                discardIfRefused(file, e);
                throw e.kind() == ErrorKind.WRONG_LOGIN_PASSWORD ? e.with("hint", again()) : e;
            }
        }
    }

    private static String question(UtilsDirectory found, String who) {
        return found.independent()
                ? "Passphrase of ecryptfs-utils, which is not the login password of " + SafeText.of(who)
                : "Login password of " + SafeText.of(who);
    }

    private KeyFile passwordFile() {
        return passwordFile == null ? null : new KeyFile(PASSWORD_FILE, passwordFile, host().onDemand()::input);
    }

    private String vaultName() {
        return vault == null ? DEFAULT_VAULT : vault.text();
    }

    private String keyName(UtilsDirectory found, Optional<Account> account) {
        if (name != null) {
            return name.text();
        }
        boolean whole = account.map(someone -> someone.home().toString())
                .filter(home -> found.mount().equals(Optional.of(home)))
                .isPresent();
        return whole ? "home" : "private";
    }

    private ImportEcryptfs.Request request(UtilsDirectory found, String key) {
        return new ImportEcryptfs.Request(
                owner.owner(),
                Optional.ofNullable(vault).map(VaultName::text),
                key,
                found.wrapped(),
                found.signatures(),
                found.salt(),
                policy.pcrs(),
                policy.allowUnmeasured(),
                newRecoveryKey.none());
    }

    private int tell(UtilsDirectory found, ImportEcryptfs.Reply reply) {
        Output output = output();
        int status = new AddReport(output, newRecoveryKey.file(), newRecoveryKey.none())
                .tell(new AddKey.Reply(reply.key(), reply.createdVault(), reply.delivery()));
        if (output.wantsJson()) {
            return status;
        }
        String mount = SafeText.of(found.mount().orElse("the directory"));
        String directory = SafeText.of(found.path().toString());
        if (found.mountsAtLogin()) {
            output.done("  the next login mounts " + mount + " without a password");
        } else {
            output.done("  its key is there after the next login, without a password");
            output.note(directory + "/auto-mount is missing, so no login mounts " + mount + " by itself");
            output.hint("touch " + directory + "/auto-mount");
        }
        output.note(directory + "/wrapped-passphrase stays as it is: the password opens " + mount + " as before");
        return status;
    }

    /** The command as it was typed, less what only a script says. */
    private String again() {
        List<String> words = new ArrayList<>(List.of("tpm-keyring", "import", "ecryptfs"));
        if (name != null) {
            words.add(name.text());
        }
        if (from != null) {
            words.addAll(List.of("--from", from.toString()));
        }
        if (vault != null) {
            words.addAll(List.of("--vault", vault.text()));
        }
        return String.join(" ", words);
    }

    private static KeyringException homeless(long uid) {
        return bad("--user", "uid " + uid + " has no home directory, name the one of ecryptfs-utils with --from");
    }

    private static KeyringException bad(String argument, String reason) {
        return KeyringException.of(ErrorKind.BAD_ARGUMENT)
                .with("argument", argument)
                .with("reason", reason)
                .build();
    }
}
