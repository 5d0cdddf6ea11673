// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.vault;

import org.tpmkeyring.protocol.value.Bytes;
import org.tpmkeyring.secret.Scrypt;
import org.tpmkeyring.secret.SecretBuffer;
import org.tpmkeyring.secret.SecretRandom;

/**
 * How a password becomes a key: scrypt with r = 8, p = 1.
 *
 * @param salt 32 random bytes
 * @param cost binary logarithm of N
 */
public record Stretching(Bytes salt, int cost) {
    /** Of a PIN: the TPM counts wrong ones, and this one alone meets whoever broke the TPM. About 50 ms. */
    static final int PIN_COST = 14;

    /** Of a passphrase, which anybody with the file may guess at. About 200 ms and 64 MiB. */
    static final int PASSPHRASE_COST = 16;

    private static final int SALT_BYTES = 32;
    private static final int LEAST_COST = 10;
    private static final int MOST_COST = 17;

    public Stretching {
        if (salt.length() != SALT_BYTES || cost < LEAST_COST || cost > MOST_COST) {
            throw new IllegalArgumentException("no stretching of a password");
        }
    }

    static Stretching fresh(int cost) {
        return new Stretching(SecretRandom.publicBytes(SALT_BYTES), cost);
    }

    /**
     * @param password stays the caller's
     * @return the caller owns it
     */
    SecretBuffer derive(SecretBuffer password, int lengthBytes) {
        return Scrypt.derive(password, salt, cost, lengthBytes);
    }
}
