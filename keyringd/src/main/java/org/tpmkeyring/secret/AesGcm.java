// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.secret;

import java.util.Arrays;
import org.tpmkeyring.protocol.value.Bytes;
import org.tpmkeyring.secret.binding.LibCrypto;

/**
 * AES-256-GCM (NIST SP 800-38D) with a random nonce of 96 bits and a tag of 128, between secrets and public
 * bytes. What is sealed is laid out as nonce, ciphertext, tag. One key is good for 2^32 sealings (SP 800-38D,
 * 8.3).
 */
public final class AesGcm {
    public static final int KEY_BYTES = 32;
    public static final int NONCE_BYTES = 12;
    public static final int TAG_BYTES = 16;

    /** By how much sealing makes things longer. */
    public static final int OVERHEAD_BYTES = NONCE_BYTES + TAG_BYTES;

    private AesGcm() {}

    /**
     * Seals under a fresh nonce.
     *
     * @param key 32 bytes; stays the caller's
     * @param associated public bytes that the tag covers as well
     * @param plaintext stays the caller's
     */
    public static Bytes seal(SecretBuffer key, Bytes associated, SecretBuffer plaintext) {
        return seal(key, SecretRandom.publicBytes(NONCE_BYTES), associated, plaintext);
    }

    static Bytes seal(SecretBuffer key, Bytes nonce, Bytes associated, SecretBuffer plaintext) {
        requireKey(key);
        byte[] ciphertext = new byte[plaintext.size()];
        byte[] tag = new byte[TAG_BYTES];
        int[] written = new int[1];
        long cipher = CryptoLibrary.aes256Gcm();
        long context = CryptoLibrary.checkPointer("EVP_CIPHER_CTX_new", LibCrypto.EVP_CIPHER_CTX_new());
        try (SecretBuffer.Pin keyPin = key.pin();
                SecretBuffer.Pin in = plaintext.pin()) {
            CryptoLibrary.check(
                    "EVP_EncryptInit_ex2",
                    LibCrypto.EVP_EncryptInit_ex2(context, cipher, keyPin.address(), nonce.toArray(), 0));
            CryptoLibrary.check(
                    "EVP_EncryptUpdate",
                    LibCrypto.EVP_EncryptUpdate(context, 0, written, associated.toArray(), associated.length()));
            CryptoLibrary.check(
                    "EVP_EncryptUpdate",
                    LibCrypto.EVP_EncryptUpdate(context, ciphertext, written, in.address(), in.size()));
            CryptoLibrary.check("EVP_EncryptFinal_ex", LibCrypto.EVP_EncryptFinal_ex(context, tag, written));
            CryptoLibrary.check(
                    "EVP_CIPHER_CTX_ctrl",
                    LibCrypto.EVP_CIPHER_CTX_ctrl(context, LibCrypto.EVP_CTRL_AEAD_GET_TAG, TAG_BYTES, tag));
        } finally {
            LibCrypto.EVP_CIPHER_CTX_free(context);
        }
        return joined(nonce, ciphertext, tag);
    }

    private static Bytes joined(Bytes nonce, byte[] ciphertext, byte[] tag) {
        byte[] sealed = Arrays.copyOf(nonce.toArray(), OVERHEAD_BYTES + ciphertext.length);
        System.arraycopy(ciphertext, 0, sealed, NONCE_BYTES, ciphertext.length);
        System.arraycopy(tag, 0, sealed, NONCE_BYTES + ciphertext.length, TAG_BYTES);
        return Bytes.copyOf(sealed);
    }

    /**
     * Opens what {@link #seal} made.
     *
     * @param key 32 bytes; stays the caller's
     * @param associated the same bytes as at sealing
     * @param sealed nonce, ciphertext, tag
     * @return the plaintext; the caller owns it
     * @throws TagMismatchException when key, associated data or sealed bytes are not those of the sealing, or
     *     too few; nothing of the plaintext is left then
     */
    public static SecretBuffer open(SecretBuffer key, Bytes associated, Bytes sealed) throws TagMismatchException {
        requireKey(key);
        if (sealed.length() <= OVERHEAD_BYTES) {
            throw new TagMismatchException();
        }
        SecretBuffer plaintext = SecretBuffer.allocate(sealed.length() - OVERHEAD_BYTES);
        boolean opened = false;
        try {
            opened = decrypt(key, associated, sealed.toArray(), plaintext);
        } finally {
            if (!opened) {
                plaintext.close();
            }
        }
        if (!opened) {
            throw new TagMismatchException();
        }
        return plaintext;
    }

    private static boolean decrypt(SecretBuffer key, Bytes associated, byte[] sealed, SecretBuffer plaintext) {
        byte[] nonce = Arrays.copyOf(sealed, NONCE_BYTES);
        byte[] ciphertext = Arrays.copyOfRange(sealed, NONCE_BYTES, sealed.length - TAG_BYTES);
        byte[] tag = Arrays.copyOfRange(sealed, sealed.length - TAG_BYTES, sealed.length);
        int[] written = new int[1];
        long cipher = CryptoLibrary.aes256Gcm();
        long context = CryptoLibrary.checkPointer("EVP_CIPHER_CTX_new", LibCrypto.EVP_CIPHER_CTX_new());
        try (SecretBuffer.Pin keyPin = key.pin();
                SecretBuffer.Pin out = plaintext.pin()) {
            CryptoLibrary.check(
                    "EVP_DecryptInit_ex2", LibCrypto.EVP_DecryptInit_ex2(context, cipher, keyPin.address(), nonce, 0));
            CryptoLibrary.check(
                    "EVP_DecryptUpdate",
                    LibCrypto.EVP_DecryptUpdate(context, 0, written, associated.toArray(), associated.length()));
            CryptoLibrary.check(
                    "EVP_DecryptUpdate",
                    LibCrypto.EVP_DecryptUpdate(context, out.address(), written, ciphertext, ciphertext.length));
            CryptoLibrary.check(
                    "EVP_CIPHER_CTX_ctrl",
                    LibCrypto.EVP_CIPHER_CTX_ctrl(context, LibCrypto.EVP_CTRL_AEAD_SET_TAG, TAG_BYTES, tag));
            return LibCrypto.EVP_DecryptFinal_ex(context, out.address() + out.size(), written) == 1;
        } finally {
            LibCrypto.EVP_CIPHER_CTX_free(context);
            LibCrypto.ERR_clear_error();
        }
    }

    private static void requireKey(SecretBuffer key) {
        if (key.size() != KEY_BYTES) {
            throw new IllegalArgumentException("an AES-256 key has " + KEY_BYTES + " bytes");
        }
    }
}
