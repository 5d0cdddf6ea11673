// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.secret.binding;

import com.sun.jna.Native;

/** SHA-512 and HMAC of OpenSSL's libcrypto (SHA512_Init(3), HMAC(3)), on native memory alone. */
public final class LibCryptoDigest {
    /** Length of a SHA-512 digest and of an HMAC with it. */
    public static final int SHA512_BYTES = 64;

    static {
        Native.register(LibCryptoDigest.class, "libcrypto.so.3");
    }

    private LibCryptoDigest() {}

    /**
     * @param data {@code length} bytes
     * @param digest 64 bytes for the result; may be the same memory as {@code data}
     * @return {@code digest}, or 0 after a failure
     */
    public static native long SHA512(long data, long length, long digest);

    /** The SHA-512 algorithm, for {@link #HMAC}; never freed. */
    public static native long EVP_sha512();

    /**
     * @param mac memory for the result
     * @param macLength 0 for nothing
     * @return {@code mac}, or 0 after a failure
     */
    public static native long HMAC(
            long algorithm, long key, int keyLength, long data, long length, long mac, long macLength);
}
