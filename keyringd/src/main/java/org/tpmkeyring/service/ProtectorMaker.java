// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.service;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.KeyringException;
import org.tpmkeyring.protocol.value.When;
import org.tpmkeyring.secret.SecretBuffer;
import org.tpmkeyring.store.VaultId;
import org.tpmkeyring.tpm.PcrValues;
import org.tpmkeyring.tpm.Tpm;
import org.tpmkeyring.tpm.TpmException;
import org.tpmkeyring.vault.Kek;
import org.tpmkeyring.vault.Protector;
import org.tpmkeyring.vault.RecoveryWrap;

/** Makes protectors. Nothing is written here. */
final class ProtectorMaker {
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
