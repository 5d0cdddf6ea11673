// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.vault;

import java.util.HashMap;
import java.util.Map;
import org.tpmkeyring.secret.SecretBuffer;
import org.tpmkeyring.store.VaultId;

/**
 * A vault's key-encryption key, 256 bit. Keys for wrapping and for authenticating the vault's metadata are
 * derived from it with HKDF-SHA256 and the vault's id, so that the KEK of one vault is of no use to another.
 */
public final class Kek implements AutoCloseable {
    public static final int SIZE_BYTES = 32;

    private final SecretBuffer secret;
    private final Map<Purpose, SecretBuffer> derived = new HashMap<>();

    /** What a derived key is for. */
    private record Purpose(DerivedKey key, VaultId vault) {}

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

    /**
     * The key for a purpose in a vault, derived once: a vault's hundred keys are unwrapped with the same one. Stays
     * this object's.
     */
    synchronized SecretBuffer derived(DerivedKey key, VaultId vault) {
        return derived.computeIfAbsent(new Purpose(key, vault), purpose -> key.derive(secret, vault));
    }

    /** Wipes the KEK and what was derived from it. */
    @Override
    public synchronized void close() {
        derived.values().forEach(SecretBuffer::close);
        secret.close();
    }
}
