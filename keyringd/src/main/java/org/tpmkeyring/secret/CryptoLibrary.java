// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.secret;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.tpmkeyring.secret.binding.LibCrypto;

/** OpenSSL's libcrypto as this package uses it: present or not, its algorithms, its errors. */
public final class CryptoLibrary {
    private static final int ERROR_TEXT_BYTES = 256;

    private CryptoLibrary() {}

    /**
     * To be called when the program starts, so that a missing library is told then and not at the first key.
     *
     * @throws IllegalStateException naming the library and the package that has it
     */
    public static void requirePresent() {
        refuse(LibCrypto.problem());
    }

    static void refuse(Optional<String> problem) {
        if (problem.isPresent()) {
            throw new IllegalStateException(
                    "OpenSSL 3 is missing, install libssl3 (it has " + LibCrypto.SONAME + "): " + problem.get());
        }
    }

    static long aes256Gcm() {
        requirePresent();
        return Algorithms.AES_256_GCM;
    }

    static long aes128Ecb() {
        requirePresent();
        return Algorithms.AES_128_ECB;
    }

    static long sha256() {
        requirePresent();
        return Algorithms.SHA_256;
    }

    static long sha512() {
        requirePresent();
        return Algorithms.SHA_512;
    }

    /**
     * @param outcome what a function answered
     * @throws IllegalStateException with the library's own words when it is not 1
     */
    static void check(String function, int outcome) {
        if (outcome != 1) {
            throw failure(function);
        }
    }

    /** The same for functions that answer a pointer. */
    static long checkPointer(String function, long pointer) {
        if (pointer == 0) {
            throw failure(function);
        }
        return pointer;
    }

    private static IllegalStateException failure(String function) {
        byte[] text = new byte[ERROR_TEXT_BYTES];
        LibCrypto.ERR_error_string_n(LibCrypto.ERR_get_error(), text, text.length);
        LibCrypto.ERR_clear_error();
        int end = 0;
        while (end < text.length && text[end] != 0) {
            end++;
        }
        return new IllegalStateException(function + " failed: " + new String(text, 0, end, StandardCharsets.US_ASCII));
    }

    /** Fetched once: a fetch by name costs more than the operation. Kept until the process ends. */
    private static final class Algorithms {
        static final long AES_256_GCM =
                checkPointer("EVP_CIPHER_fetch", LibCrypto.EVP_CIPHER_fetch(0, "AES-256-GCM", null));
        static final long AES_128_ECB =
                checkPointer("EVP_CIPHER_fetch", LibCrypto.EVP_CIPHER_fetch(0, "AES-128-ECB", null));
        static final long SHA_256 = checkPointer("EVP_MD_fetch", LibCrypto.EVP_MD_fetch(0, "SHA2-256", null));
        static final long SHA_512 = checkPointer("EVP_MD_fetch", LibCrypto.EVP_MD_fetch(0, "SHA2-512", null));
    }
}
