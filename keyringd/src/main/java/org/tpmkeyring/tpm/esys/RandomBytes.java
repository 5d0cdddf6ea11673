// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.tpm.esys;

import org.tpmkeyring.secret.SecretBuffer;
import org.tpmkeyring.tpm.TpmException;
import org.tpmkeyring.tpm.esys.binding.Esys;

/**
 * Random bytes from the TPM, encrypted on the bus.
 *
 * <p>Source: TPM 2.0 Library, part 3, 16.1 (TPM2_GetRandom).
 */
final class RandomBytes {
    /** What every TPM gives at a time: a SHA-256 digest. */
    private static final int CHUNK_BYTES = 32;

    private final EsysConnection connection;

    RandomBytes(EsysConnection connection) {
        this.connection = connection;
    }

    void fill(SecretBuffer into) throws TpmException, TpmCodeException {
        try (StorageRootKey salt = StorageRootKey.obtain(connection);
                SaltedSession session = SaltedSession.forSecretResponses(connection, salt)) {
            int filled = 0;
            while (filled < into.size()) {
                filled += chunk(session, into, filled);
            }
        }
    }

    private int chunk(SaltedSession session, SecretBuffer into, int offset) throws TpmException, TpmCodeException {
        int wanted = Math.min(CHUNK_BYTES, into.size() - offset);
        long[] random = {0};
        connection.run(
                "TPM2_GetRandom",
                ctx -> Esys.Esys_GetRandom(ctx, session.tr(), Esys.TR_NONE, Esys.TR_NONE, (short) wanted, random));
        try {
            int length = NativeSecret.length(random[0]);
            if (length < 1 || length > wanted) {
                throw new TpmException.UnexpectedCode(
                        0, "TPM2_GetRandom", "it gave " + length + " bytes and was asked for " + wanted);
            }
            NativeSecret.copy(random[0], length, into, offset);
            return length;
        } finally {
            NativeSecret.wipeAndFree(connection, random[0]);
        }
    }
}
