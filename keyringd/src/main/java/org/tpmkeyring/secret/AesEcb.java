// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.secret;

import org.tpmkeyring.protocol.value.Bytes;
import org.tpmkeyring.secret.binding.LibCrypto;

/** AES-128 block by block without padding (NIST SP 800-38A, 6.1): only to read what others encrypted. */
public final class AesEcb {
    public static final int KEY_BYTES = 16;
    public static final int BLOCK_BYTES = 16;

    private AesEcb() {}

    /**
     * Decrypts.
     *
     * @param key its first 16 bytes are the key; stays the caller's
     * @param ciphertext one or more whole blocks
     * @return as many bytes; the caller owns them
     */
    public static SecretBuffer decrypt(SecretBuffer key, Bytes ciphertext) {
        if (key.size() < KEY_BYTES || ciphertext.isEmpty() || ciphertext.length() % BLOCK_BYTES != 0) {
            throw new IllegalArgumentException("AES-128 takes a key of 16 bytes and whole blocks");
        }
        return SecretBuffer.filled(ciphertext.length(), out -> {
            try (SecretBuffer.Pin keyPin = key.pin()) {
                decrypt(keyPin.address(), ciphertext.toArray(), out.address());
            }
        });
    }

    private static void decrypt(long key, byte[] in, long out) {
        long cipher = CryptoLibrary.aes128Ecb();
        long context = CryptoLibrary.checkPointer("EVP_CIPHER_CTX_new", LibCrypto.EVP_CIPHER_CTX_new());
        try {
            CryptoLibrary.check("EVP_DecryptInit_ex2", LibCrypto.EVP_DecryptInit_ex2(context, cipher, key, null, 0));
            CryptoLibrary.check("EVP_CIPHER_CTX_set_padding", LibCrypto.EVP_CIPHER_CTX_set_padding(context, 0));
            CryptoLibrary.check(
                    "EVP_DecryptUpdate", LibCrypto.EVP_DecryptUpdate(context, out, new int[1], in, in.length));
        } finally {
            LibCrypto.EVP_CIPHER_CTX_free(context);
        }
    }
}
