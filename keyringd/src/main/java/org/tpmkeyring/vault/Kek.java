// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.vault;

import org.tpmkeyring.secret.SecretBuffer;

/**
 * A vault's key-encryption key, 256 bit. Keys for wrapping and for authenticating the vault's metadata are
 * derived from it with HKDF-SHA256 and the vault's id, so that the KEK of one vault is of no use to another.
 */
public final class Kek implements AutoCloseable {
    public static final int SIZE_BYTES = 32;

    private final SecretBuffer secret;

    /**
     * Takes ownership of the secret.
     *
     * @param secret 32 bytes
     */
    public Kek(SecretBuffer secret) {
        if (secret.size() != SIZE_BYTES) {
            secret.close();
            throw new IllegalArgumentException("a KEK has " + SIZE_BYTES + " bytes");
        }
        this.secret = secret;
    }

    /** The bytes, for sealing and wrapping; stays this object's. */
    public SecretBuffer secret() {
        return secret;
    }

    @Override
    public void close() {
        secret.close();
    }
}
