// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.service;

import java.util.List;
import java.util.Optional;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.KeyringException;
import org.tpmkeyring.protocol.api.ImportEcryptfs;
import org.tpmkeyring.protocol.value.Bytes;
import org.tpmkeyring.protocol.value.KeyName;
import org.tpmkeyring.protocol.value.PcrSelection;
import org.tpmkeyring.protocol.value.TargetType;
import org.tpmkeyring.protocol.value.VaultName;
import org.tpmkeyring.protocol.value.When;
import org.tpmkeyring.secret.SecretBuffer;
import org.tpmkeyring.target.EcryptfsTarget;
import org.tpmkeyring.target.Material;
import org.tpmkeyring.target.Targets;
import org.tpmkeyring.target.WrappedPassphrase;

/**
 * Takes over the mount passphrase of a directory of ecryptfs-utils. It is sealed only if its keys have the
 * signatures of the directory: any other would be of no use there, and the person would not know it before the next
 * login.
 */
final class ImportEcryptfsCase implements Handler<ImportEcryptfs.Request, ImportEcryptfs.Reply> {
    private static final String LABEL = "password";
    private static final String COMMAND = "import ecryptfs";
    private static final String DIGITS = "[0-9a-f]{16}";

    private final Vaults vaults;
    private final Keys keys;
    private final Targets targets;
    private final KeyAdding adding;

    ImportEcryptfsCase(Vaults vaults, Keys keys, Targets targets, KeyAdding adding) {
        this.vaults = vaults;
        this.keys = keys;
        this.targets = targets;
        this.adding = adding;
    }

    @Override
    public ImportEcryptfs.Reply handle(Call<ImportEcryptfs.Request> call) {
        ImportEcryptfs.Request request = call.request();
        KeyName name = new KeyName(request.name());
        VaultName vaultName = new VaultName(request.vault().orElse(Vaults.DEFAULT_NAME));
        WrappedPassphrase wrapped = WrappedPassphrase.parse(wrapped(request.wrapped()));
        requireSignatures(request.signatures());
        Optional<Bytes> salt = request.salt().map(ImportEcryptfsCase::salt);
        requireNotImported(call.owner(), request.signatures());
        requireForLogin(call.owner(), vaultName);
        VaultMaker.Order vault = new VaultMaker.Order(
                call.owner(),
                call.byRoot(),
                vaultName,
                Optional.of(When.LOGIN),
                request.pcrs().map(PcrSelection::parse),
                request.allowUnmeasured(),
                request.noRecovery(),
                false,
                false);
        KeyAdding.Added added = adding.add(new KeyAdding.Order(
                vault,
                call.secrets(),
                name,
                targets.of(TargetType.ECRYPTFS),
                false,
                () -> material(call.secrets(), wrapped, salt, request.signatures())));
        return new ImportEcryptfs.Reply(added.key(), added.createdVault(), added.delivery());
    }

    private static Material material(
            SecretDialogue secrets, WrappedPassphrase wrapped, Optional<Bytes> salt, List<String> signatures) {
        try (SecretBuffer password = secrets.want(LABEL, WrappedPassphrase.MAX_PASSWORD_BYTES);
                SecretBuffer passphrase =
                        wrapped.unwrap(password, salt).orElseThrow(ImportEcryptfsCase::wrongPassword)) {
            return EcryptfsTarget.ofDirectory(passphrase, salt, signatures)
                    .orElseThrow(() -> bad(
                            "Private.sig",
                            "the passphrase in wrapped-passphrase is not the one that the directory is encrypted with,"
                                    + " its keys have other signatures than " + String.join(" and ", signatures)));
        }
    }

    private void requireNotImported(long owner, List<String> signatures) {
        keys.known(owner, TargetType.ECRYPTFS, signatures).ifPresent(found -> {
            throw KeyringException.of(ErrorKind.EXISTS)
                    .with("what", "this directory is imported, its key")
                    .with("name", found.record().name())
                    .build();
        });
    }

    /** What is told here leads on: the same import into a vault that will do. */
    private void requireForLogin(long owner, VaultName name) {
        vaults.find(owner, name.text()).ifPresent(found -> {
            if (found.vault().when() != When.LOGIN) {
                throw KeyringException.of(ErrorKind.BAD_ARGUMENT)
                        .with("argument", "--vault=" + name)
                        .with("reason", "vault '" + name + "' is not unlocked at login, and this key is for login")
                        .with("hint", "tpm-keyring " + COMMAND + " --vault " + vaults.nameForLogin(owner))
                        .build();
            }
        });
    }

    private static Bytes wrapped(String hex) {
        try {
            return Bytes.ofHex(hex);
        } catch (IllegalArgumentException e) {
            throw bad("wrapped", "it is not pairs of hex digits");
        }
    }

    private static void requireSignatures(List<String> signatures) {
        boolean wellFormed = signatures.stream().allMatch(signature -> signature.matches(DIGITS));
        if (signatures.isEmpty() || signatures.size() > 2 || !wellFormed) {
            throw bad("Private.sig", "it has to have one or two signatures of 16 hex digits");
        }
    }

    private static Bytes salt(String hex) {
        if (!hex.matches("[0-9a-fA-F]{16}")) {
            throw bad("salt", "it has to have 16 hex digits");
        }
        return Bytes.ofHex(hex);
    }

    private static KeyringException wrongPassword() {
        return KeyringException.of(ErrorKind.WRONG_LOGIN_PASSWORD)
                .with("what", "the wrapped passphrase of ecryptfs-utils")
                .with("command", COMMAND)
                .build();
    }

    private static KeyringException bad(String argument, String reason) {
        return KeyringException.of(ErrorKind.BAD_ARGUMENT)
                .with("argument", argument)
                .with("reason", reason)
                .with("command", COMMAND)
                .build();
    }
}
