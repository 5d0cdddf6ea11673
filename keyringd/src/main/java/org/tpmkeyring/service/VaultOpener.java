// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.service;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.KeyringException;
import org.tpmkeyring.secret.SecretBuffer;
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

    /** What is told when several protectors refuse for different reasons: the one that can be mended first. */
    private static final List<ErrorKind> MOST_TELLING_FIRST = List.of(
            ErrorKind.UNEXPECTED_PCR_STATE,
            ErrorKind.TPM_IN_LOCKOUT,
            ErrorKind.TPM_FAILED,
            ErrorKind.KEY_BELONGS_TO_OTHER_TPM,
            ErrorKind.NOT_SUPPORTED,
            ErrorKind.VAULT_DAMAGED);

    private final Vaults vaults;
    private final Tpm tpm;

    VaultOpener(Vaults vaults, Tpm tpm) {
        this.vaults = vaults;
        this.tpm = tpm;
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
        Optional<KeyringException> damage = Optional.empty();
        for (Protector.Tpm2 protector : Protectors.tpm(loaded.vault())) {
            Kek kek;
            try {
                kek = unseal(loaded.vault(), protector.sealed());
            } catch (KeyringException e) {
                if (e.kind() == ErrorKind.TPM_UNAVAILABLE) {
                    throw e;
                }
                refusals.add(e);
                continue;
            }
            try {
                return verified(loaded, kek, protector.id());
            } catch (KeyringException e) {
                damage = Optional.of(e);
            }
        }
        throw damage.orElseGet(() -> mostTelling(loaded.vault(), refusals));
    }

    private static KeyringException mostTelling(Vault vault, List<KeyringException> refusals) {
        return refusals.stream()
                .min(Comparator.comparingInt(e -> MOST_TELLING_FIRST.indexOf(e.kind())))
                .orElseGet(() -> withoutTpmProtector(vault));
    }

    /**
     * As {@link #byTpm}, for a change to a vault: the hint after a PCR change is to recover it.
     *
     * @return the caller owns it
     */
    Opened forChange(LoadedVault loaded) {
        try {
            return byTpm(loaded);
        } catch (KeyringException e) {
            boolean recoverable = !Protectors.recovery(loaded.vault()).isEmpty();
            if (e.kind() == ErrorKind.UNEXPECTED_PCR_STATE && recoverable) {
                throw e.with("hint", "tpm-keyring recover " + loaded.vault().name() + " --reseal");
            }
            throw e;
        }
    }

    /**
     * Asks for a recovery key.
     *
     * @return the caller owns it
     * @throws KeyringException NO_SUCH_PROTECTOR, BAD_RECOVERY_KEY, WRONG_RECOVERY_KEY, VAULT_DAMAGED
     */
    Opened byRecoveryKey(LoadedVault loaded, SecretDialogue secrets) {
        Vault vault = loaded.vault();
        List<Protector.Recovery> protectors = Protectors.recovery(vault);
        if (protectors.isEmpty()) {
            throw KeyringException.of(ErrorKind.NO_SUCH_PROTECTOR)
                    .with("vault", vault.name())
                    .with("protector", "recovery")
                    .build();
        }
        try (SecretBuffer recoveryKey = secrets.want(RECOVERY_KEY, RECOVERY_KEY_BYTES)) {
            requireLength(vault, recoveryKey);
            for (Protector.Recovery protector : protectors) {
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
     * Tries the TPM, and asks for a recovery key where that refuses and the vault has one.
     *
     * @return the caller owns it
     */
    Opened byTpmOrRecoveryKey(LoadedVault loaded, SecretDialogue secrets) {
        try {
            return byTpm(loaded);
        } catch (KeyringException e) {
            if (Protectors.recovery(loaded.vault()).isEmpty()) {
                throw e;
            }
            return byRecoveryKey(loaded, secrets);
        }
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
            PcrComparison comparison = PcrComparison.of(
                    sealed.values(), Optional.of(tpm.readPcrs(sealed.values().selection())));
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
