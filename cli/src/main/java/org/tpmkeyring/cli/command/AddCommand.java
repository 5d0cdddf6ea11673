// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.command;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.tpmkeyring.cli.dialogue.Dialogue;
import org.tpmkeyring.cli.dialogue.GivenKey;
import org.tpmkeyring.cli.dialogue.KeyFile;
import org.tpmkeyring.cli.dialogue.PromptedSecret;
import org.tpmkeyring.cli.dialogue.RecoveryKeyAnswer;
import org.tpmkeyring.cli.dialogue.SavedRecoveryKey;
import org.tpmkeyring.cli.option.KeyNameConverter;
import org.tpmkeyring.cli.option.NewVaultOptions;
import org.tpmkeyring.cli.option.OwnerOption;
import org.tpmkeyring.cli.option.TargetChoices;
import org.tpmkeyring.cli.option.UnlockOptions;
import org.tpmkeyring.cli.option.VaultNameConverter;
import org.tpmkeyring.cli.option.VolumeOptions;
import org.tpmkeyring.cli.option.YesOption;
import org.tpmkeyring.cli.output.Words;
import org.tpmkeyring.cli.secret.DirectSecret;
import org.tpmkeyring.protocol.KeyringException;
import org.tpmkeyring.protocol.api.AddKey;
import org.tpmkeyring.protocol.api.Volume;
import org.tpmkeyring.protocol.value.KeyName;
import org.tpmkeyring.protocol.value.TargetType;
import org.tpmkeyring.protocol.value.VaultName;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code tpm-keyring add}. */
@Command(
        name = "add",
        header = "Make a key or take one in, and seal it.",
        customSynopsis = "tpm-keyring add NAME --target TARGET [OPTIONS]",
        description = {
            "Without --generate and --key-file the secret is asked for on the terminal. A vault that is not there yet"
                    + " is made, and its recovery key is shown once.",
            "",
            "Targets: ecryptfs (a passphrase, given or made), fscrypt (64 bytes, made or from a file), user and logon"
                    + " (kernel keys of these types), encrypted (a kernel key that the kernel makes), luks (a keyslot of a"
                    + " LUKS volume, for root), dm-crypt (the volume key of a plain dm-crypt table), zfs (the key of an"
                    + " encrypted dataset), bcachefs (the key that 'bcachefs unlock' makes), authtok (a password that a login without one hands to what comes after tpm-keyring, such as GNOME keyring).",
            "",
            "For luks NAME is the name of the volume in /dev/mapper. Its header is copied to a file first, then the volume"
                    + " gets one more keyslot, and /etc/crypttab a line by which it is opened at boot. What fails midway is"
                    + " taken back. The passphrases that the volume has stay as they are."
        },
        footer = {
            "",
            "Examples:",
            "  tpm-keyring add home --target ecryptfs",
            "  tpm-keyring add photos --target fscrypt --generate --directory /srv/photos",
            "  tpm-keyring add backup --target user --key-file backup.key --vault nightly",
            "  tpm-keyring add data --target luks --device /dev/sdb1",
            "  tpm-keyring add wallet --target authtok --generate"
        })
public final class AddCommand extends DaemonCommand {
    @Parameters(
            paramLabel = "NAME",
            converter = KeyNameConverter.class,
            description = "Name of the new key, see 'tpm-keyring help names'.")
    KeyName name;

    @Option(
            names = {"-t", "--target"},
            required = true,
            paramLabel = "TARGET",
            converter = TargetChoices.class,
            completionCandidates = TargetChoices.class,
            order = 1,
            description = "What the key is for: ${COMPLETION-CANDIDATES}.")
    TargetType target;

    @Option(
            names = {"-g", "--generate"},
            order = 2,
            description = "Make the secret from random numbers of TPM and kernel. Always so for encrypted.")
    boolean generate;

    @Option(
            names = "--key-file",
            paramLabel = "FILE",
            order = 3,
            description = "Read the secret from FILE, - for standard input. One line break at the end of an ecryptfs"
                    + " passphrase or an authtok password is left out, any other key is taken byte for byte.")
    String keyFile;

    @Option(
            names = "--size",
            paramLabel = "BYTES",
            order = 4,
            description = "Length of a secret that is made. Default: what suits the target.")
    Integer size;

    @Option(
            names = "--description",
            paramLabel = "TEXT",
            order = 5,
            description =
                    "Key description, for user, logon (as prefix:name) and encrypted. Default: made from the name.")
    String description;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            completionCandidates = Formats.class,
            order = 6,
            description =
                    "For encrypted: default, ecryptfs or enc32. For fscrypt: ioctl or provisioning. For zfs: raw, hex or"
                            + " passphrase.")
    String format;

    @Option(
            names = "--mount",
            paramLabel = "DIR",
            order = 7,
            description = "For fscrypt: where the file system is mounted. Default: that of --directory.")
    Path mount;

    @Option(
            names = "--directory",
            paramLabel = "DIR",
            order = 8,
            description = "For fscrypt: an empty directory to encrypt under the new key.")
    Path directory;

    @Option(
            names = "--vault",
            paramLabel = "VAULT",
            converter = VaultNameConverter.class,
            order = 38,
            description = "Vault to put it in. Default: default.")
    VaultName vault;

    @Mixin
    VolumeOptions volume;

    @Mixin
    YesOption sure;

    @Mixin
    NewVaultOptions newVault;

    @Mixin
    UnlockOptions unlockKey;

    @Mixin
    OwnerOption owner;

    @Override
    public Integer call() {
        AddInput.check(this);
        if (target == TargetType.LUKS) {
            return new LuksAdding(this).run();
        }
        try (RecoveryKeyAnswer known = recoveryKey()) {
            return report().tell(add(opens(), known));
        }
    }

    AddReport report() {
        return new AddReport(output(), newVault.recoveryKeyFile(), newVault.noRecoveryKey());
    }

    /** What opens the vault where the TPM does not; the caller closes it. */
    RecoveryKeyAnswer recoveryKey() {
        return recoveryKey(this::vaultName, unlockKey, newVault.newPassword());
    }

    /**
     * Makes the key.
     *
     * @param known stays the caller's
     */
    AddKey.Reply add(Optional<Volume> opens, RecoveryKeyAnswer known) {
        GivenKey given = new GivenKey(name, target);
        try (DirectSecret fromFile = keyFile == null ? null : given.from(keyFile());
                SavedRecoveryKey recoveryFile = saved(newVault.recoveryKeyFile())) {
            Dialogue dialogue = known.into(new Dialogue())
                    .onWant(Dialogue.KEY, most -> key(given, fromFile, most))
                    .onOffer(Dialogue.RECOVERY_KEY, recoveryFile == null ? shown(vaultName()) : recoveryFile);
            return add(opens, dialogue, recoveryFile);
        }
    }

    private AddKey.Reply add(Optional<Volume> opens, Dialogue dialogue, SavedRecoveryKey recoveryFile) {
        try {
            return client().call(AddKey.METHOD, request(opens), dialogue);
        } catch (KeyringException e) {
            discardIfRefused(recoveryFile, e);
            throw e.with("name", name).with("target", Words.of(target));
        }
    }

    /** What a key of another target than luks opens. */
    private Optional<Volume> opens() {
        return volume.dataset().isEmpty() && volume.uuid().isEmpty()
                ? Optional.empty()
                : Optional.of(new Volume(volume.dataset(), volume.uuid(), Optional.empty()));
    }

    private KeyFile keyFile() {
        return new KeyFile("--key-file", keyFile, host().onDemand()::input);
    }

    /** The secret as the daemon is to get it; the client closes it, and closing it twice does no harm. */
    private DirectSecret key(GivenKey given, DirectSecret fromFile, int maxBytes) throws IOException {
        if (fromFile == null) {
            return given.typed(new PromptedSecret(host().terminal()), maxBytes);
        }
        given.checkSize(fromFile, maxBytes);
        return fromFile;
    }

    private String vaultName() {
        return vault == null ? DEFAULT_VAULT : vault.text();
    }

    boolean made() {
        return generate || target == TargetType.ENCRYPTED || target == TargetType.LUKS;
    }

    boolean canAsk() {
        return host().terminal().interactive();
    }

    private AddKey.Request request(Optional<Volume> opens) {
        return new AddKey.Request(
                owner.owner(),
                Optional.ofNullable(vault).map(VaultName::text),
                name.text(),
                target,
                made(),
                Optional.ofNullable(size),
                Optional.ofNullable(description),
                Optional.ofNullable(format),
                absolute(mountPoint()),
                absolute(directory),
                opens,
                newVault.policy().pcrs(),
                newVault.when(),
                newVault.policy().allowUnmeasured(),
                newVault.noRecoveryKey(),
                newVault.reopenable(),
                newVault.pin());
    }

    private Path mountPoint() {
        return mount == null && directory != null ? MountPoint.of(directory) : mount;
    }

    /** The daemon has another working directory. */
    private static Optional<String> absolute(Path path) {
        return Optional.ofNullable(path).map(p -> p.toAbsolutePath().normalize().toString());
    }
}
