// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.service;

import java.time.InstantSource;
import java.util.List;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.KeyringException;
import org.tpmkeyring.protocol.value.PcrSelection;
import org.tpmkeyring.secret.SecretBuffer;
import org.tpmkeyring.store.VaultId;
import org.tpmkeyring.tpm.Tpm;
import org.tpmkeyring.tpm.TpmException;
import org.tpmkeyring.vault.Kek;
import org.tpmkeyring.vault.Protector;
import org.tpmkeyring.vault.RecoveryWrap;

/** Makes protectors. Nothing is written here. */
final class ProtectorMaker {
    private final Tpm tpm;
    private final Randomness randomness;
    private final InstantSource clock;

    ProtectorMaker(Tpm tpm, Randomness randomness, InstantSource clock) {
        this.tpm = tpm;
        this.randomness = randomness;
        this.clock = clock;
    }

    /**
     * Refuses what {@link #tpm} would refuse, so that nobody is asked for a secret in vain.
     *
     * @throws KeyringException TPM_UNAVAILABLE, NOT_SUPPORTED, PCR_BANK_EMPTY
     */
    void requireSealable(List<PcrSelection> selections, boolean allowUnmeasured) {
        for (PcrSelection pcrs : selections) {
            try {
                List<Integer> unmeasured = Measured.not(tpm.readPcrs(pcrs));
                if (!allowUnmeasured && !unmeasured.isEmpty()) {
                    throw KeyringException.of(ErrorKind.PCR_BANK_EMPTY)
                            .with("pcr", unmeasured.get(0))
                            .with("bank", pcrs.bank().label())
                            .build();
                }
            } catch (TpmException e) {
                throw TpmRefusals.refusal(e);
            }
        }
    }

    /**
     * Seals a KEK to the PCR values of now.
     *
     * @param kek stays the caller's
     */
    Protector.Tpm2 tpm(String id, Kek kek, PcrSelection pcrs, boolean allowUnmeasured) {
        try {
            return new Protector.Tpm2(id, seconds(), tpm.seal(kek.secret(), pcrs, allowUnmeasured));
        } catch (TpmException e) {
            throw TpmRefusals.refusal(e);
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
