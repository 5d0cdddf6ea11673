// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.secret;

import org.tpmkeyring.protocol.value.Bytes;
import org.tpmkeyring.secret.binding.LibC;

/** HKDF with SHA-256 (RFC 5869): many keys from one. */
public final class Hkdf {
    /** The most that one derivation gives (RFC 5869, 2.3). */
    public static final int MAX_LENGTH_BYTES = 255 * HmacSha256.MAC_BYTES;

    private static final int HASH = HmacSha256.MAC_BYTES;

    private Hkdf() {}

    /**
     * Extracts and expands.
     *
     * @param keyMaterial secret; stays the caller's
     * @param salt public, may be empty
     * @param info public, what the key is for
     * @param lengthBytes 1 to 8,160
     * @return the derived key; the caller owns it
     */
    public static SecretBuffer derive(SecretBuffer keyMaterial, Bytes salt, Bytes info, int lengthBytes) {
        if (lengthBytes < 1 || lengthBytes > MAX_LENGTH_BYTES) {
            throw new IllegalArgumentException("HKDF gives 1 to " + MAX_LENGTH_BYTES + " bytes");
        }
        try (SecretBuffer pseudorandom = extract(keyMaterial, salt)) {
            return expand(pseudorandom, info, lengthBytes);
        }
    }

    private static SecretBuffer extract(SecretBuffer keyMaterial, Bytes salt) {
        byte[] key = salt.isEmpty() ? new byte[HASH] : salt.toArray();
        try (SecretBuffer.Pin in = keyMaterial.pin()) {
            return SecretBuffer.filled(HASH, out -> HmacSha256.into(out, key, in));
        }
    }

    /** T(n) = HMAC(PRK, T(n-1) | info | n), where T(0) is empty; the block holds what is hashed. */
    private static SecretBuffer expand(SecretBuffer pseudorandom, Bytes info, int lengthBytes) {
        try (SecretBuffer block = SecretBuffer.allocate(HASH + info.length() + 1);
                SecretBuffer.Pin key = pseudorandom.pin();
                SecretBuffer.Pin in = block.pin()) {
            block.withBytes(bytes -> bytes.put(HASH, info.toArray()));
            return SecretBuffer.filled(lengthBytes, out -> {
                for (int done = 0, n = 1; done < lengthBytes; done += HASH, n++) {
                    byte counter = (byte) n;
                    block.withBytes(bytes -> bytes.put(HASH + info.length(), counter));
                    int skip = n == 1 ? HASH : 0;
                    HmacSha256.into(in.address(), key, in.address() + skip, in.size() - skip);
                    LibC.memcpy(out.address() + done, in.address(), Math.min(HASH, lengthBytes - done));
                }
            });
        }
    }
}
