// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.service;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.tpmkeyring.protocol.value.Bytes;
import org.tpmkeyring.secret.Hkdf;
import org.tpmkeyring.secret.SecretBuffer;
import org.tpmkeyring.secret.SecretRandom;
import org.tpmkeyring.vault.Stretching;

/**
 * The last PIN that the TPM refused for each protector, so that the same one is not tried again: a session that asks
 * over and over with an old password must not lock the TPM. Kept as a code under a random key of this run, in native
 * memory.
 */
final class RefusedPasswords {
    private static final int MOST = 256;
    private static final int CODE_BYTES = 32;
    private static final Bytes PURPOSE =
            Bytes.copyOf("tpm-keyring refused password".getBytes(StandardCharsets.US_ASCII));

    private final Map<Bytes, SecretBuffer> codes = new LinkedHashMap<>();
    private SecretBuffer key;

    /** Whether this is the one that was refused last for the protector with this salt. */
    synchronized boolean isLast(Stretching protector, SecretBuffer password) {
        SecretBuffer known = codes.get(protector.salt());
        if (known == null) {
            return false;
        }
        try (SecretBuffer code = code(protector, password)) {
            return known.constantTimeEquals(code);
        }
    }

    /** Remembers that the TPM refused it. */
    synchronized void remember(Stretching protector, SecretBuffer password) {
        SecretBuffer before = codes.remove(protector.salt());
        if (before != null) {
            before.close();
        }
        if (codes.size() >= MOST) {
            Bytes eldest = codes.keySet().iterator().next();
            codes.remove(eldest).close();
        }
        codes.put(protector.salt(), code(protector, password));
    }

    private SecretBuffer code(Stretching protector, SecretBuffer password) {
        if (key == null) {
            key = SecretBuffer.allocate(CODE_BYTES);
            SecretRandom.fill(key);
        }
        try (SecretBuffer both = SecretBuffer.allocate(CODE_BYTES + password.size())) {
            both.put(0, key);
            both.put(CODE_BYTES, password);
            return Hkdf.derive(both, protector.salt(), PURPOSE, CODE_BYTES);
        }
    }
}
