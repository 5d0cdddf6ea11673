// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.service;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.KeyringException;
import org.tpmkeyring.protocol.value.When;
import org.tpmkeyring.secret.SecretBuffer;
import org.tpmkeyring.store.VaultId;
import org.tpmkeyring.tpm.PcrValues;
import org.tpmkeyring.tpm.Tpm;
import org.tpmkeyring.tpm.TpmException;
import org.tpmkeyring.vault.Kek;
import org.tpmkeyring.vault.PassphraseWrap;
import org.tpmkeyring.vault.PinKeys;
import org.tpmkeyring.vault.Protector;
import org.tpmkeyring.vault.RecoveryWrap;
import org.tpmkeyring.vault.Vault;

/** Makes protectors. Nothing is written here. */
final class ProtectorMaker {
    /** To be replaced by {@link Protectors#numbered}. */
    private static final String UNNUMBERED = "";

    private final Tpm tpm;
    private final Door door;
    private final Randomness randomness;
    private final InstantSource clock;

    ProtectorMaker(Tpm tpm, Door door, Randomness randomness, InstantSource clock) {
        this.tpm = tpm;
        this.door = door;
        this.randomness = randomness;
        this.clock = clock;
    }

    /**
     * Refuses what {@link #tpm} would refuse, so that nobody is asked for a secret in vain.
     *
     * @throws KeyringException TPM_UNAVAILABLE, NOT_SUPPORTED, PCR_BANK_EMPTY
     */
    void requireSealable(List<Sealable> wishes) {
        for (Sealable wish : wishes) {
            try {
                requireMeasured(wish, door.sealingValues(wish.pcrs(), wish.when()));
            } catch (TpmException e) {
                throw TpmRefusals.refusal(e);
            }
        }
    }

    /**
     * Seals a KEK to the PCR values of now, and where the door is closed to the one of before.
     *
     * @param kek stays the caller's
     * @throws KeyringException as {@link #requireSealable}
     */
    Protector.Tpm2 tpm(String id, Kek kek, Sealable wish) {
        try {
            PcrValues values = door.sealingValues(wish.pcrs(), wish.when());
            requireMeasured(wish, values);
            return new Protector.Tpm2(id, seconds(), tpm.seal(kek.secret(), values));
        } catch (TpmException e) {
            throw TpmRefusals.refusal(e);
        }
    }

    /**
     * Seals a KEK as {@link #tpm} does, and to a PIN.
     *
     * @param vault whose KEK it is
     * @param pin stays the caller's
     */
    Protector.Tpm2 pin(VaultId vault, Kek kek, Sealable wish, SecretBuffer pin) {
        long now = seconds();
        try (PinKeys keys = PinKeys.fresh(pin);
                SecretBuffer wrapped = keys.wrap(vault, now, kek)) {
            PcrValues values = door.sealingValues(wish.pcrs(), wish.when());
            requireMeasured(wish, values);
            return new Protector.Tpm2(
                    UNNUMBERED, now, tpm.seal(wrapped, values, keys.auth()), Optional.of(keys.stretching()));
        } catch (TpmException e) {
            throw TpmRefusals.refusal(e);
        }
    }

    /**
     * Wraps a KEK under a passphrase.
     *
     * @param passphrase stays the caller's
     */
    Protector.Passphrase passphrase(VaultId vault, Kek kek, SecretBuffer passphrase) {
        return PassphraseWrap.wrap(vault, UNNUMBERED, seconds(), kek, passphrase);
    }

    /**
     * A protector like one that takes a password, for another password.
     *
     * @param password stays the caller's
     */
    Protector again(Vault vault, Kek kek, Protector old, SecretBuffer password) {
        if (old instanceof Protector.Tpm2 sealed) {
            Sealable wish = new Sealable(sealed.sealed().values().selection(), vault.when(), true);
            return pin(vault.id(), kek, wish, password);
        }
        return passphrase(vault.id(), kek, password);
    }

    /** Nothing needs to be measured into the door before it is closed, as long as another PCR tells something. */
    private void requireMeasured(Sealable wish, PcrValues values) {
        List<Integer> unmeasured = new ArrayList<>(Measured.not(values));
        if (wish.when() == When.BOOT && unmeasured.size() < values.byIndex().size()) {
            unmeasured.removeIf(pcr -> door.rule().pcr().filter(pcr::equals).isPresent());
        }
        if (!wish.allowUnmeasured() && !unmeasured.isEmpty()) {
            throw KeyringException.of(ErrorKind.PCR_BANK_EMPTY)
                    .with("pcr", unmeasured.get(0))
                    .with("bank", values.bank().label())
                    .build();
        }
    }

    /**
     * Makes a recovery key and shows it.
     *
     * @param kek stays the caller's
     * @throws KeyringException when the person did not confirm it
     */
    Protector.Recovery recovery(String id, VaultId vault, Kek kek, SecretDialogue secrets) {
        try (SecretBuffer recoveryKey = randomness.secret(VaultOpener.RECOVERY_KEY_BYTES)) {
            Protector.Recovery protector = RecoveryWrap.wrap(vault, id, seconds(), kek, recoveryKey);
            secrets.offer(VaultOpener.RECOVERY_KEY, recoveryKey);
            return protector;
        }
    }

    private long seconds() {
        return clock.instant().getEpochSecond();
    }
}
