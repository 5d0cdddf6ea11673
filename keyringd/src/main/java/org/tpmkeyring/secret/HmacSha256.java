// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.secret;

import java.security.MessageDigest;
import org.tpmkeyring.protocol.value.Bytes;
import org.tpmkeyring.secret.binding.LibCrypto;

/** HMAC-SHA256 (RFC 2104, FIPS 198-1) under a secret key. */
public final class HmacSha256 {
    public static final int MAC_BYTES = 32;

    private HmacSha256() {}

    /**
     * The code of a public message; public itself.
     *
     * @param key stays the caller's
     */
    public static Bytes of(SecretBuffer key, Bytes message) {
        byte[] code = new byte[MAC_BYTES];
        long sha256 = CryptoLibrary.sha256();
        try (SecretBuffer.Pin keyPin = key.pin()) {
            CryptoLibrary.checkPointer(
                    "HMAC",
                    LibCrypto.HMAC(
                            sha256, keyPin.address(), keyPin.size(), message.toArray(), message.length(), code, 0));
        }
        return Bytes.copyOf(code);
    }

    /** Whether the code is that of the message, in a time that does not depend on where they differ. */
    public static boolean holds(SecretBuffer key, Bytes message, Bytes code) {
        return MessageDigest.isEqual(of(key, message).toArray(), code.toArray());
    }

    /** The code of a secret message; {@code out} has room for 32 bytes and may be part of {@code message}. */
    static void into(long out, SecretBuffer.Pin key, long message, long length) {
        CryptoLibrary.checkPointer(
                "HMAC", LibCrypto.HMAC(CryptoLibrary.sha256(), key.address(), key.size(), message, length, out, 0));
        Traces.coverHmac();
    }

    /** The code of a secret message under a public key. */
    static void into(SecretBuffer.Pin out, byte[] key, SecretBuffer.Pin message) {
        CryptoLibrary.checkPointer(
                "HMAC",
                LibCrypto.HMAC(
                        CryptoLibrary.sha256(), key, key.length, message.address(), message.size(), out.address(), 0));
        Traces.coverHmac();
    }
}
