// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.service;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.KeyringException;
import org.tpmkeyring.protocol.api.VaultDoor;
import org.tpmkeyring.secret.SecretBuffer;
import org.tpmkeyring.tpm.Tpm;
import org.tpmkeyring.vault.Kek;
import org.tpmkeyring.vault.LoadedVault;
import org.tpmkeyring.vault.PassphraseWrap;
import org.tpmkeyring.vault.Protector;
import org.tpmkeyring.vault.RecoveryWrap;
import org.tpmkeyring.vault.Vault;

/** Gets a vault's KEK back. A KEK that is handed out has been checked against the vault's metadata. */
final class VaultOpener {
    /** Label and length of a recovery key on its way from and to a person. */
    static final String RECOVERY_KEY = "recovery-key";

    static final int RECOVERY_KEY_BYTES = 32;

    private static final String WITH_KEY_FILE = "the same command with --unlock-key-file FILE";

    /** What is told when several protectors refuse for different reasons: the one that can be mended first. */
    private static final List<ErrorKind> MOST_TELLING_FIRST = List.of(
            ErrorKind.WRONG_PASSWORD,
            ErrorKind.PASSWORD_NEEDED,
            ErrorKind.TPM_UNAVAILABLE,
            ErrorKind.DOOR_CLOSED,
            ErrorKind.UNEXPECTED_PCR_STATE,
            ErrorKind.TPM_IN_LOCKOUT,
            ErrorKind.TPM_FAILED,
            ErrorKind.KEY_BELONGS_TO_OTHER_TPM,
            ErrorKind.NOT_SUPPORTED,
            ErrorKind.VAULT_DAMAGED);

    private final Vaults vaults;
    private final KekUnsealer unsealer;
    private final Door door;

    VaultOpener(Vaults vaults, Tpm tpm, Door door) {
        this.vaults = vaults;
        this.unsealer = new KekUnsealer(tpm, door);
        this.door = door;
    }

    /**
     * An open vault.
     *
     * @param kek closed with this
     * @param protector id of the one that opened it
     * @param password that opened it and was asked for here; closed with this
     */
    record Opened(Kek kek, String protector, Optional<SecretBuffer> password) implements AutoCloseable {
        private Opened with(SecretBuffer asked) {
            return new Opened(kek, protector, Optional.of(asked));
        }

        @Override
        public void close() {
            kek.close();
            password.ifPresent(SecretBuffer::close);
        }
    }

    /** One attempt to get a KEK. */
    @FunctionalInterface
    private interface Attempt<P extends Protector> {
        /** The KEK; throws the refusal. */
        Kek open(P protector);
    }

    /**
     * Tries one TPM protector without PIN after the other.
     *
     * @return the caller owns it
     * @throws KeyringException the most telling reason of all; PASSWORD_NEEDED where a password may open it
     */
    Opened byTpm(LoadedVault loaded) {
        List<KeyringException> refusals = new ArrayList<>();
        return unsealed(loaded, refusals).orElseThrow(() -> withoutPassword(loaded.vault(), refusals));
    }

    /**
     * Tries the protectors that take a password, those of the TPM first.
     *
     * @param password stays the caller's
     * @return the caller owns it
     * @throws KeyringException the most telling reason of all, WRONG_PASSWORD first
     */
    Opened byPassword(LoadedVault loaded, Password password) {
        Vault vault = loaded.vault();
        return byPassword(loaded, vault.protectors(), password);
    }

    /** The same with some of the vault's protectors only. */
    Opened byPassword(LoadedVault loaded, List<Protector> protectors, Password password) {
        Vault vault = loaded.vault();
        Vault some = vault.withProtectors(protectors);
        List<KeyringException> refusals = new ArrayList<>();
        return first(loaded, Protectors.pins(some), pin -> unsealer.unseal(vault, pin, password), refusals)
                .or(() -> first(
                        loaded, Protectors.passphrases(some), wrapped -> unwrapped(vault, wrapped, password), refusals))
                .orElseThrow(() -> mostTelling(vault, refusals));
    }

    private static Kek unwrapped(Vault vault, Protector.Passphrase protector, Password password) {
        return PassphraseWrap.unwrap(vault.id(), protector, password.secret())
                .orElseThrow(() -> KekUnsealer.wrong(vault, ""));
    }

    /**
     * @param refusals gets what the TPM said against each protector
     * @return the caller owns it; empty when the TPM refused every protector
     * @throws KeyringException VAULT_DAMAGED: the TPM gave out the KEK, and the metadata are not the vault's own
     */
    private Optional<Opened> unsealed(LoadedVault loaded, List<KeyringException> refusals) {
        Vault vault = loaded.vault();
        return first(loaded, Protectors.plain(vault), protector -> unsealer.unseal(vault, protector), refusals);
    }

    private <P extends Protector> Optional<Opened> first(
            LoadedVault loaded, List<P> protectors, Attempt<P> attempt, List<KeyringException> refusals) {
        Optional<KeyringException> damage = Optional.empty();
        for (P protector : protectors) {
            Kek kek;
            try {
                kek = attempt.open(protector);
            } catch (KeyringException e) {
                refusals.add(e);
                if (e.kind() == ErrorKind.TPM_UNAVAILABLE) {
                    break;
                }
                continue;
            }
            try {
                Opened opened = verified(loaded, kek, protector.id());
                if (protector instanceof Protector.Tpm2 tpm2) {
                    door.wasOpen(tpm2.sealed().values());
                }
                return Optional.of(opened);
            } catch (KeyringException e) {
                damage = Optional.of(e);
            }
        }
        if (damage.isPresent()) {
            throw damage.get();
        }
        return Optional.empty();
    }

    private static KeyringException mostTelling(Vault vault, List<KeyringException> refusals) {
        return refusals.stream()
                .min(Comparator.comparingInt(e -> MOST_TELLING_FIRST.indexOf(e.kind())))
                .orElseGet(() -> withoutTpmProtector(vault));
    }

    /** The refusal of a call that has no password: nobody is to be asked for one that could not open the vault. */
    private KeyringException withoutPassword(Vault vault, List<KeyringException> refusals) {
        boolean useful = !Protectors.passphrases(vault).isEmpty();
        List<KeyringException> all = new ArrayList<>(refusals);
        for (Protector.Tpm2 protector : Protectors.pins(vault)) {
            Optional<KeyringException> bar = useful ? Optional.empty() : unsealer.barred(vault, protector);
            bar.ifPresent(all::add);
            useful |= bar.isEmpty();
        }
        if (!useful) {
            return mostTelling(vault, all);
        }
        String why = refusals.isEmpty()
                ? ""
                : ", since the TPM does not open it by itself: "
                        + mostTelling(vault, refusals).sentence();
        return KeyringException.of(ErrorKind.PASSWORD_NEEDED)
                .with("vault", vault.name())
                .with("reason", why)
                .build();
    }

    /**
     * As {@link #byTpm}, for a change to a vault: where a password opens it, that is asked for, and where the PCRs or
     * the door refuse, a recovery key. Who has none is told what the TPM said.
     *
     * @return the caller owns it
     */
    Opened forChange(LoadedVault loaded, SecretDialogue secrets) {
        try {
            return byTpm(loaded);
        } catch (KeyringException e) {
            Optional<Opened> opened = byAskedPassword(e, loaded, secrets);
            if (opened.isPresent()) {
                return opened.get();
            }
            boolean shut = e.kind() == ErrorKind.DOOR_CLOSED;
            boolean recoverable = !Protectors.recovery(loaded.vault()).isEmpty();
            boolean askable =
                    shut || e.kind() == ErrorKind.UNEXPECTED_PCR_STATE || e.kind() == ErrorKind.PASSWORD_NEEDED;
            if (!recoverable || !askable) {
                throw e;
            }
            KeyringException refusal = e.kind() == ErrorKind.UNEXPECTED_PCR_STATE
                    ? e.with("hint", "tpm-keyring recover " + loaded.vault().name() + " --reseal")
                    : e.with("hint", WITH_KEY_FILE);
            return byRecoveryKeyOr(refusal, loaded, secrets);
        }
    }

    /** Empty where no password could open it, or the person gave none. */
    private Optional<Opened> byAskedPassword(KeyringException refusal, LoadedVault loaded, SecretDialogue secrets) {
        if (refusal.kind() != ErrorKind.PASSWORD_NEEDED) {
            return Optional.empty();
        }
        Optional<SecretBuffer> asked = Password.ifAny(secrets, Password.label(loaded.vault()));
        if (asked.isEmpty()) {
            return Optional.empty();
        }
        SecretBuffer secret = asked.get();
        try {
            return Optional.of(byPassword(loaded, new Password(secret, true)).with(secret));
        } catch (RuntimeException e) {
            secret.close();
            throw e;
        }
    }

    private Opened byRecoveryKeyOr(KeyringException refusal, LoadedVault loaded, SecretDialogue secrets) {
        Optional<SecretBuffer> recoveryKey = Optional.empty();
        try {
            recoveryKey = Optional.of(secrets.want(RECOVERY_KEY, RECOVERY_KEY_BYTES));
        } catch (KeyringException e) {
            refusal.addSuppressed(e);
        }
        if (recoveryKey.isEmpty()) {
            throw refusal;
        }
        return byRecoveryKey(loaded, recoveryKey.get());
    }

    /**
     * Asks for a recovery key.
     *
     * @return the caller owns it
     * @throws KeyringException NO_SUCH_PROTECTOR, BAD_RECOVERY_KEY, WRONG_RECOVERY_KEY, VAULT_DAMAGED
     */
    Opened byRecoveryKey(LoadedVault loaded, SecretDialogue secrets) {
        if (Protectors.recovery(loaded.vault()).isEmpty()) {
            throw KeyringException.of(ErrorKind.NO_SUCH_PROTECTOR)
                    .with("vault", loaded.vault().name())
                    .with("protector", "recovery")
                    .build();
        }
        return byRecoveryKey(loaded, secrets.want(RECOVERY_KEY, RECOVERY_KEY_BYTES));
    }

    /** Closes the recovery key. */
    private Opened byRecoveryKey(LoadedVault loaded, SecretBuffer recoveryKey) {
        Vault vault = loaded.vault();
        try (recoveryKey) {
            requireLength(vault, recoveryKey);
            for (Protector.Recovery protector : Protectors.recovery(vault)) {
                Optional<Kek> kek = RecoveryWrap.unwrap(vault.id(), protector, recoveryKey);
                if (kek.isPresent()) {
                    return verified(loaded, kek.get(), protector.id());
                }
            }
        }
        throw KeyringException.of(ErrorKind.WRONG_RECOVERY_KEY)
                .with("vault", vault.name())
                .build();
    }

    /**
     * Tries the TPM, and where that refuses, for whatever reason, asks for a password that may open the vault, and
     * then for a recovery key, if the vault has one. Who has none is told what the TPM said. A vault that the TPM
     * opens and that is damaged is damaged for a recovery key, too.
     *
     * @return the caller owns it
     */
    Opened byTpmOrRecoveryKey(LoadedVault loaded, SecretDialogue secrets) {
        List<KeyringException> refusals = new ArrayList<>();
        Optional<Opened> opened = unsealed(loaded, refusals);
        if (opened.isPresent()) {
            return opened.get();
        }
        KeyringException refusal = withoutPassword(loaded.vault(), refusals);
        return byAskedPassword(refusal, loaded, secrets).orElseGet(() -> {
            if (Protectors.recovery(loaded.vault()).isEmpty()) {
                throw refusal;
            }
            return byRecoveryKeyOr(refusal.with("hint", WITH_KEY_FILE), loaded, secrets);
        });
    }

    /** As {@link #byTpmOrRecoveryKey}, for somebody who has forgotten the password. */
    Opened withoutPassword(LoadedVault loaded, SecretDialogue secrets) {
        List<KeyringException> refusals = new ArrayList<>();
        Optional<Opened> opened = unsealed(loaded, refusals);
        return opened.isPresent() ? opened.get() : byRecoveryKey(loaded, secrets);
    }

    /** That the door keeps a vault shut, and what opens it. */
    static KeyringException.Builder shut(Vault vault) {
        KeyringException.Builder refusal =
                KeyringException.of(ErrorKind.DOOR_CLOSED).with("vault", vault.name());
        return Protectors.recovery(vault).isEmpty() ? refusal.with("hint", "systemctl reboot") : refusal;
    }

    /** That a vault is locked, for whoever needs its keys in place, with the command that opens it. */
    KeyringException locked(Vault vault) {
        return door.of(vault) == VaultDoor.SHUT
                ? shut(vault).build()
                : KeyringException.of(ErrorKind.WAS_LOCKED)
                        .with("vault", vault.name())
                        .build();
    }

    private Opened verified(LoadedVault loaded, Kek kek, String protector) {
        try {
            vaults.verify(loaded, kek);
            return new Opened(kek, protector, Optional.empty());
        } catch (RuntimeException e) {
            kek.close();
            throw e;
        }
    }

    private static void requireLength(Vault vault, SecretBuffer recoveryKey) {
        if (recoveryKey.size() != RECOVERY_KEY_BYTES) {
            throw KeyringException.of(ErrorKind.BAD_RECOVERY_KEY)
                    .with("vault", vault.name())
                    .with("reason", "it has " + recoveryKey.size() + " bytes, a recovery key has " + RECOVERY_KEY_BYTES)
                    .build();
        }
    }

    private static KeyringException withoutTpmProtector(Vault vault) {
        return KeyringException.of(ErrorKind.NO_TPM_PROTECTOR)
                .with("vault", vault.name())
                .build();
    }
}
