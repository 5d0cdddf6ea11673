// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.service;

import org.tpmkeyring.secret.SecretBuffer;
import org.tpmkeyring.secret.SecretRandom;
import org.tpmkeyring.tpm.Tpm;
import org.tpmkeyring.tpm.TpmException;

/** Secrets from the random numbers of the TPM and of the kernel, so that it takes both to foretell one. */
final class Randomness {
    private static final int TPM_PART_BYTES = 32;

    private final Tpm tpm;

    Randomness(Tpm tpm) {
        this.tpm = tpm;
    }

    /**
     * A new secret.
     *
     * @param sizeBytes at least 1
     * @return the caller owns it
     * @throws org.tpmkeyring.protocol.KeyringException when the TPM does not give its part
     */
    SecretBuffer secret(int sizeBytes) {
        SecretBuffer made = SecretBuffer.allocate(sizeBytes);
        try (SecretBuffer fromTpm = SecretBuffer.allocate(TPM_PART_BYTES)) {
            tpm.random(fromTpm);
            SecretRandom.fillMixed(made, fromTpm);
            return made;
        } catch (TpmException e) {
            made.close();
            throw TpmRefusals.refusal(e);
        } catch (RuntimeException e) {
            made.close();
            throw e;
        }
    }
}
