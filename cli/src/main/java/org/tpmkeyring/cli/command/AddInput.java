// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.command;

import org.tpmkeyring.cli.dialogue.KeyFile;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.KeyringException;
import org.tpmkeyring.protocol.value.TargetType;

/** Whether the options of {@code add} say clearly where the secret comes from. */
final class AddInput {
    private AddInput() {}

    /**
     * @throws KeyringException BAD_ARGUMENT when they say two things, or nothing and nobody can be asked
     */
    static void check(AddCommand add) {
        if (add.keyFile != null && add.made()) {
            throw add.generate
                    ? bad("--key-file", "it excludes --generate: the secret is either read or made")
                    : bad(
                            "--key-file",
                            add.target == TargetType.LUKS
                                    ? "the key of a LUKS volume is made, it cannot be given"
                                    : "the secret of an encrypted key is made by the kernel, it cannot be given");
        }
        if (KeyFile.STANDARD_INPUT.equals(add.keyFile) && KeyFile.STANDARD_INPUT.equals(add.unlockKey.file())) {
            throw bad("--unlock-key-file", "standard input is read for --key-file already, name a file for one");
        }
        checkVolume(add);
        if (add.size != null && !add.made()) {
            throw bad("--size", "it goes with --generate only; a secret that is given has its own length");
        }
        if (add.target == TargetType.FSCRYPT && add.mount == null && add.directory == null) {
            throw bad("--target fscrypt", "it needs a file system: give --mount, or --directory to encrypt one");
        }
        if (add.directory != null) {
            EmptyDirectory.require(add);
        }
        if (add.keyFile != null || add.made()) {
            return;
        }
        if (add.target == TargetType.BCACHEFS) {
            throw bad(
                    "--target bcachefs",
                    "its key is raw bytes: run 'bcachefs unlock -k user DEVICE' and give it with --key-file");
        }
        if (add.target == TargetType.FSCRYPT) {
            throw bad("--target fscrypt", "its key is raw bytes, which nobody can type: use --generate or --key-file");
        }
        if (!add.canAsk()) {
            throw bad(
                    "add",
                    "no secret for key '" + add.name
                            + "', and there is no terminal to ask on: use --generate or --key-file");
        }
    }

    private static void checkVolume(AddCommand add) {
        if (add.target != TargetType.LUKS && add.volume.anyOfLuks()) {
            throw bad(
                    "--device, --existing-key-file, --header-backup, --no-crypttab",
                    "they go with --target luks alone");
        }
        if (add.target == TargetType.LUKS && add.volume.device().isEmpty()) {
            throw bad("--target luks", "it needs the volume: give --device");
        }
        if (add.target == TargetType.LUKS && add.volume.existingKeyFile().isEmpty() && !add.canAsk()) {
            throw bad(
                    "--existing-key-file",
                    "needed, since there is no terminal to ask for an existing passphrase of the volume");
        }
        if (add.target == TargetType.ZFS && add.volume.dataset().isEmpty()) {
            throw bad("--target zfs", "it needs the dataset: give --dataset");
        }
        if (add.target == TargetType.BCACHEFS && add.volume.uuid().isEmpty()) {
            throw bad("--target bcachefs", "it needs the file system: give --uuid");
        }
    }

    private static KeyringException bad(String argument, String reason) {
        return KeyringException.of(ErrorKind.BAD_ARGUMENT)
                .with("argument", argument)
                .with("reason", reason)
                .build();
    }
}
