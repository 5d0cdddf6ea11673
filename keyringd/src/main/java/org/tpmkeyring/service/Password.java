// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.service;

import java.util.Optional;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.KeyringException;
import org.tpmkeyring.secret.SecretBuffer;
import org.tpmkeyring.vault.Vault;

/**
 * A password that may open vaults.
 *
 * @param secret 1 to 512 bytes; stays its owner's
 * @param typed whether a person typed it for this vault; one that comes from a login never uses up the TPM's last tries
 */
record Password(SecretBuffer secret, boolean typed) {
    /** Longest that is accepted. */
    static final int MAX_BYTES = 512;

    /** What a new PIN is called. */
    static final String NEW_PIN = "new-pin";

    private static final String NEW_PASSPHRASE = "new-passphrase";

    /** What the password of a vault is called when it is asked for: {@code pin} or {@code passphrase}. */
    static String label(Vault vault) {
        return label(Protectors.passphrases(vault).isEmpty());
    }

    /** What a password is called. */
    static String label(boolean pin) {
        return pin ? "pin" : "passphrase";
    }

    /**
     * Asks for a new one.
     *
     * @return the caller owns it
     * @throws KeyringException when the person has none
     */
    static SecretBuffer fresh(SecretDialogue secrets, boolean pin) {
        return secrets.want(pin ? NEW_PIN : NEW_PASSPHRASE, MAX_BYTES);
    }

    /**
     * Asks for one that the person may not have.
     *
     * @return the caller owns it; empty where none was given
     */
    static Optional<SecretBuffer> ifAny(SecretDialogue secrets, String label) {
        if (!secrets.possible()) {
            return Optional.empty();
        }
        try {
            return Optional.of(secrets.want(label, MAX_BYTES));
        } catch (KeyringException e) {
            if (e.kind() == ErrorKind.BAD_ARGUMENT) {
                return Optional.empty();
            }
            throw e;
        }
    }
}
