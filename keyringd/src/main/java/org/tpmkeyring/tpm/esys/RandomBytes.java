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
                try (SecretBuffer chunk = chunk(session);
                        SecretBuffer part = chunk.copyOfRange(0, Math.min(chunk.size(), into.size() - filled))) {
                    into.put(filled, part);
                    filled += part.size();
                }
            }
        }
    }

    private SecretBuffer chunk(SaltedSession session) throws TpmException, TpmCodeException {
        long[] random = {0};
        connection.run(
                "TPM2_GetRandom",
                ctx -> Esys.Esys_GetRandom(ctx, session.tr(), Esys.TR_NONE, Esys.TR_NONE, (short) CHUNK_BYTES, random));
        return NativeSecret.take(connection, random[0], CHUNK_BYTES);
    }
}
