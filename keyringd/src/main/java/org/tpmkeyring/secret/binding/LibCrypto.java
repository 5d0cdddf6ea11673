// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.secret.binding;

import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import java.util.Optional;

/**
 * OpenSSL 3 as in openssl/evp.h and openssl/hmac.h. Secrets are passed by address only; arrays are for what is
 * public. Functions that answer {@code int} answer 1 for success unless said otherwise.
 */
public final class LibCrypto {
    /** The library's name, from package libssl3 of Debian 12 and libssl3t64 of Debian 13. */
    public static final String SONAME = "libcrypto.so.3";

    /** openssl/evp.h. */
    public static final int EVP_CTRL_AEAD_GET_TAG = 0x10;

    public static final int EVP_CTRL_AEAD_SET_TAG = 0x11;

    private static final Optional<String> PROBLEM = register(SONAME);

    private LibCrypto() {}

    /** Why the library is not there; empty when it is. Until then no other function may be called. */
    public static Optional<String> problem() {
        return PROBLEM;
    }

    static Optional<String> register(String soname) {
        try {
            Native.register(LibCrypto.class, NativeLibrary.getInstance(soname));
            return Optional.empty();
        } catch (UnsatisfiedLinkError e) {
            return Optional.of(e.getMessage().lines().findFirst().orElse("it cannot be loaded"));
        }
    }

    public static native long EVP_CIPHER_fetch(long libraryContext, String algorithm, String properties);

    public static native long EVP_CIPHER_CTX_new();

    /** Wipes what it frees. */
    public static native void EVP_CIPHER_CTX_free(long context);

    public static native int EVP_EncryptInit_ex2(long context, long cipher, long key, byte[] iv, long parameters);

    /** Associated data; {@code out} is 0. */
    public static native int EVP_EncryptUpdate(long context, long out, int[] outLength, byte[] in, int inLength);

    public static native int EVP_EncryptUpdate(long context, byte[] out, int[] outLength, long in, int inLength);

    public static native int EVP_EncryptFinal_ex(long context, byte[] out, int[] outLength);

    public static native int EVP_DecryptInit_ex2(long context, long cipher, long key, byte[] iv, long parameters);

    /** Always answers 1. */
    public static native int EVP_CIPHER_CTX_set_padding(long context, int padding);

    /** Associated data where {@code out} is 0, ciphertext otherwise. */
    public static native int EVP_DecryptUpdate(long context, long out, int[] outLength, byte[] in, int inLength);

    /** Answers 0 or less when the tag does not hold. */
    public static native int EVP_DecryptFinal_ex(long context, long out, int[] outLength);

    public static native int EVP_CIPHER_CTX_ctrl(long context, int type, int argument, byte[] pointer);

    public static native long EVP_MD_fetch(long libraryContext, String algorithm, String properties);

    public static native int EVP_Digest(
            long data, long length, long digest, long digestLength, long messageDigest, long engine);

    /** One-shot HMAC; answers {@code out}, or 0 for failure. */
    public static native long HMAC(
            long messageDigest, long key, int keyLength, long data, long dataLength, long out, long outLength);

    /** The same with a message and a result that are public. */
    public static native long HMAC(
            long messageDigest, long key, int keyLength, byte[] data, long dataLength, byte[] out, long outLength);

    /** The same with a key that is public, such as a salt. */
    public static native long HMAC(
            long messageDigest, byte[] key, int keyLength, long data, long dataLength, long out, long outLength);

    /** scrypt, RFC 7914; {@code maxMemory} in bytes. Wipes what it frees. */
    public static native int EVP_PBE_scrypt(
            long password,
            long passwordLength,
            byte[] salt,
            long saltLength,
            long n,
            long r,
            long p,
            long maxMemory,
            long key,
            long keyLength);

    public static native long ERR_get_error();

    public static native void ERR_clear_error();

    public static native void ERR_error_string_n(long code, byte[] text, long length);
}
