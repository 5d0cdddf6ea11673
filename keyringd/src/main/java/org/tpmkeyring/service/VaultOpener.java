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
import org.tpmkeyring.tpm.PcrValues;
import org.tpmkeyring.tpm.SealedObject;
import org.tpmkeyring.tpm.Tpm;
import org.tpmkeyring.tpm.TpmException;
import org.tpmkeyring.vault.Kek;
import org.tpmkeyring.vault.LoadedVault;
import org.tpmkeyring.vault.Protector;
import org.tpmkeyring.vault.RecoveryWrap;
import org.tpmkeyring.vault.Vault;

/** Gets a vault's KEK back. A KEK that is handed out has been checked against the vault's metadata. */
final class VaultOpener {
    /** Label and length of a recovery key on its way from and to a person. */
    static final String RECOVERY_KEY = "recovery-key";

    static final int RECOVERY_KEY_BYTES = 32;

    static final int LONGEST_PASSWORD_BYTES = 512;

    private static final String WITH_KEY_FILE = "the same command with --unlock-key-file FILE";

    /** What is told when several protectors refuse for different reasons: the one that can be mended first. */
    private static final List<ErrorKind> MOST_TELLING_FIRST = List.of(
            ErrorKind.TPM_UNAVAILABLE,
            ErrorKind.DOOR_CLOSED,
            ErrorKind.UNEXPECTED_PCR_STATE,
            ErrorKind.TPM_IN_LOCKOUT,
            ErrorKind.TPM_FAILED,
            ErrorKind.KEY_BELONGS_TO_OTHER_TPM,
            ErrorKind.NOT_SUPPORTED,
            ErrorKind.VAULT_DAMAGED);

    private final Vaults vaults;
    private final Tpm tpm;
    private final Door door;

    VaultOpener(Vaults vaults, Tpm tpm, Door door) {
        this.vaults = vaults;
        this.tpm = tpm;
        this.door = door;
    }

    /**
     * An open vault.
     *
     * @param kek closed with this
     * @param protector id of the one that opened it
     */
    record Opened(Kek kek, String protector) implements AutoCloseable {
        @Override
        public void close() {
            kek.close();
        }
    }

    /**
     * Tries one TPM protector after the other.
     *
     * @return the caller owns it
     * @throws KeyringException the most telling reason of all
     */
    Opened byTpm(LoadedVault loaded) {
        List<KeyringException> refusals = new ArrayList<>();
        return unsealed(loaded, refusals).orElseThrow(() -> mostTelling(loaded.vault(), refusals));
    }

    /**
     * @param refusals gets what the TPM said against each protector
     * @return the caller owns it; empty when the TPM refused every protector
     * @throws KeyringException VAULT_DAMAGED: the TPM gave out the KEK, and the metadata are not the vault's own
     */
    private Optional<Opened> unsealed(LoadedVault loaded, List<KeyringException> refusals) {
        Optional<KeyringException> damage = Optional.empty();
        for (Protector.Tpm2 protector : Protectors.tpm(loaded.vault())) {
            Kek kek;
            try {
                kek = unseal(loaded.vault(), protector.sealed());
            } catch (KeyringException e) {
                refusals.add(e);
                if (e.kind() == ErrorKind.TPM_UNAVAILABLE) {
                    break;
                }
                continue;
            }
            try {
                Opened opened = verified(loaded, kek, protector.id());
                door.wasOpen(protector.sealed().values());
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

    /**
     * As {@link #byTpm}, for a change to a vault: where the PCRs or the door refuse, a recovery key is asked for.
     * Who has none is told what the TPM said.
     *
     * @return the caller owns it
     */
    Opened forChange(LoadedVault loaded, SecretDialogue secrets) {
        try {
            return byTpm(loaded);
        } catch (KeyringException e) {
            boolean shut = e.kind() == ErrorKind.DOOR_CLOSED;
            boolean recoverable = !Protectors.recovery(loaded.vault()).isEmpty();
            if (!recoverable || (!shut && e.kind() != ErrorKind.UNEXPECTED_PCR_STATE)) {
                throw e;
            }
            KeyringException refusal = shut
                    ? e.with("hint", WITH_KEY_FILE)
                    : e.with("hint", "tpm-keyring recover " + loaded.vault().name() + " --reseal");
            return byRecoveryKeyOr(refusal, loaded, secrets);
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
     * Tries the TPM, and asks for a recovery key where that refuses, for whatever reason, and the vault has one. Who
     * has none is told what the TPM said. A vault that the TPM opens and that is damaged is damaged for a recovery
     * key, too.
     *
     * @return the caller owns it
     */
    Opened byTpmOrRecoveryKey(LoadedVault loaded, SecretDialogue secrets) {
        List<KeyringException> refusals = new ArrayList<>();
        Optional<Opened> opened = unsealed(loaded, refusals);
        if (opened.isPresent()) {
            return opened.get();
        }
        KeyringException refusal = mostTelling(loaded.vault(), refusals);
        if (Protectors.recovery(loaded.vault()).isEmpty()) {
            throw refusal;
        }
        return byRecoveryKeyOr(refusal.with("hint", WITH_KEY_FILE), loaded, secrets);
    }

    private Kek unseal(Vault vault, SealedObject sealed) {
        try {
            SecretBuffer secret = tpm.unseal(sealed);
            if (secret.size() != Kek.SIZE_BYTES) {
                secret.close();
                throw new TpmException.MalformedObject("what the TPM unsealed is no key of a vault");
            }
            return new Kek(secret);
        } catch (TpmException e) {
            throw e instanceof TpmException.PcrMismatch
                    ? mismatch(vault, sealed, e)
                    : TpmRefusals.refusal(e, vault.name().text());
        }
    }

    private KeyringException mismatch(Vault vault, SealedObject sealed, TpmException why) {
        String changed = why.getMessage();
        try {
            PcrValues now = tpm.readPcrs(sealed.values().selection());
            if (door.shuts(sealed.values(), now)) {
                return shut(vault).causedBy(why).build();
            }
            PcrComparison comparison = door.compare(sealed.values(), Optional.of(now));
            changed = comparison.inWords().orElse("the PCRs changed while it was being opened");
        } catch (TpmException e) {
            why.addSuppressed(e);
        }
        return KeyringException.of(ErrorKind.UNEXPECTED_PCR_STATE)
                .with("vault", vault.name())
                .with("changed", changed)
                .causedBy(why)
                .build();
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
            return new Opened(kek, protector);
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
