// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.service;

import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.KeyringException;
import org.tpmkeyring.tpm.TpmException;

/** What a person is told for each way in which the TPM can refuse. */
final class TpmRefusals {
    private TpmRefusals() {}

    /**
     * @param vault name of the vault it was about; empty when it was about none
     */
    static KeyringException refusal(TpmException why, String vault) {
        return described(why).with("vault", vault).causedBy(why).build();
    }

    /** The same where no vault is concerned. */
    static KeyringException refusal(TpmException why) {
        return refusal(why, "");
    }

    private static KeyringException.Builder described(TpmException why) {
        if (why instanceof TpmException.Unavailable gone) {
            return of(ErrorKind.TPM_UNAVAILABLE).with("device", gone.device()).with("reason", gone.getMessage());
        }
        if (why instanceof TpmException.PcrMismatch) {
            return of(ErrorKind.UNEXPECTED_PCR_STATE).with("changed", why.getMessage());
        }
        if (why instanceof TpmException.WrongAuth) {
            return of(ErrorKind.WRONG_PASSWORD).with("tries", "");
        }
        if (why instanceof TpmException.InLockout lockout) {
            return of(ErrorKind.TPM_IN_LOCKOUT)
                    .with("seconds", lockout.recovery().toSeconds());
        }
        if (why instanceof TpmException.ForeignObject) {
            return of(ErrorKind.KEY_BELONGS_TO_OTHER_TPM);
        }
        if (why instanceof TpmException.MalformedObject) {
            return of(ErrorKind.VAULT_DAMAGED).with("reason", why.getMessage());
        }
        if (why instanceof TpmException.NotSupported lacking) {
            return of(ErrorKind.NOT_SUPPORTED).with("what", lacking.what()).with("reason", lacking.getMessage());
        }
        if (why instanceof TpmException.UnexpectedCode code) {
            return of(ErrorKind.TPM_FAILED)
                    .with("code", String.format("0x%08x", code.code()))
                    .with("command", code.command())
                    .with("reason", code.getMessage());
        }
        throw new IllegalStateException("no refusal for " + why.getClass().getName(), why);
    }

    private static KeyringException.Builder of(ErrorKind kind) {
        return KeyringException.of(kind);
    }
}
