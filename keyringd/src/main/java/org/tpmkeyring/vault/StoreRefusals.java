// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.vault;

import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.KeyringException;
import org.tpmkeyring.store.StoreException;
import org.tpmkeyring.store.VaultId;

/** What trouble with a vault file means to a person. */
final class StoreRefusals {
    private StoreRefusals() {}

    /**
     * The refusal for a failure.
     *
     * @param vault name or id, as the person knows it
     */
    static KeyringException refusal(StoreException e, String vault) {
        if (e instanceof StoreException.Missing) {
            return KeyringException.of(ErrorKind.NO_SUCH_VAULT)
                    .with("vault", vault)
                    .causedBy(e)
                    .build();
        }
        if (e instanceof StoreException.Unsafe) {
            return KeyringException.of(ErrorKind.VAULT_UNSAFE_FILE)
                    .with("path", e.path())
                    .with("reason", e.getMessage())
                    .causedBy(e)
                    .build();
        }
        if (e instanceof StoreException.TooNew later) {
            return KeyringException.of(ErrorKind.VAULT_TOO_NEW)
                    .with("vault", vault)
                    .with("found", later.found())
                    .with("known", later.known())
                    .causedBy(e)
                    .build();
        }
        if (e instanceof StoreException.TooBig) {
            return KeyringException.of(ErrorKind.NOT_SUPPORTED)
                    .with("what", "a vault as large as '" + vault + "' would become")
                    .with("reason", e.getMessage())
                    .with("hint", "tpm-keyring vault create NAME")
                    .causedBy(e)
                    .build();
        }
        if (e instanceof StoreException.Damaged) {
            return damaged(vault, e.getMessage());
        }
        return KeyringException.of(ErrorKind.UNEXPECTED)
                .with("detail", e.path() + ": " + e.getMessage())
                .with("hint", e instanceof StoreException.Failed ? "df -h " + e.path() : "tpm-keyring vault list")
                .causedBy(e)
                .build();
    }

    /** The refusal to restore where there is nothing good to go back to. */
    static KeyringException withoutPrevious(VaultId id, StoreException why) {
        String reason = why instanceof StoreException.Missing
                ? "there is no generation before it to go back to"
                : "the generation before it is not usable either, " + why.getMessage();
        return damaged(id.text(), reason)
                .with("hint", "cp -a BACKUP " + why.path().replaceFirst("\\.previous$", ""));
    }

    static KeyringException damaged(String vault, String reason) {
        return KeyringException.of(ErrorKind.VAULT_DAMAGED)
                .with("vault", vault)
                .with("reason", reason)
                .build();
    }
}
