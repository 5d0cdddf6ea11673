// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.secret;

import org.tpmkeyring.secret.binding.LibCrypto;

/** HKDF with SHA-512 (RFC 5869) on native memory: no salt, at most one block of output. */
public final class HkdfSha512 {
    private static final int BLOCK_BYTES = 64;

    private HkdfSha512() {}

    /**
     * Extract with an empty salt, then expand.
     *
     * @param input key material; stays the caller's
     * @param info application context, public
     * @param lengthBytes 1 to 64
     * @return the caller owns it
     */
    public static SecretBuffer derive(SecretBuffer input, byte[] info, int lengthBytes) {
        if (lengthBytes < 1 || lengthBytes > BLOCK_BYTES) {
            throw new IllegalArgumentException("one block of HKDF-SHA512 has 1 to 64 bytes");
        }
        try (SecretBuffer emptySalt = SecretBuffer.allocate(BLOCK_BYTES);
                SecretBuffer extracted = mac(emptySalt, input);
                SecretBuffer context = firstBlock(info);
                SecretBuffer block = mac(extracted, context)) {
            return block.copyOfRange(0, lengthBytes);
        }
    }

    private static SecretBuffer firstBlock(byte[] info) {
        SecretBuffer context = SecretBuffer.allocate(info.length + 1);
        return context.withBytes(bytes -> {
            bytes.put(info).put((byte) 1);
            return context;
        });
    }

    private static SecretBuffer mac(SecretBuffer key, SecretBuffer data) {
        try (SecretBuffer.Pin keyPin = key.pin();
                SecretBuffer.Pin dataPin = data.pin()) {
            return SecretBuffer.filled(
                    BLOCK_BYTES,
                    out -> CryptoLibrary.checkPointer(
                            "HMAC",
                            LibCrypto.HMAC(
                                    CryptoLibrary.sha512(),
                                    keyPin.address(),
                                    keyPin.size(),
                                    dataPin.address(),
                                    dataPin.size(),
                                    out.address(),
                                    0)));
        }
    }
}
