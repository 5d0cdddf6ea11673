// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.testing;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import javax.crypto.Cipher;
import javax.crypto.spec.SecretKeySpec;

/** A directory of ecryptfs-utils, made by the JDK's own algorithms: test secrets may be text. */
public final class WrappedFile {
    public static final String SALT = "0011223344556677";
    public static final String NAMES_SALT = "3939383837373636";

    private WrappedFile() {}

    /** As versions before 104 wrote it. */
    public static byte[] version1(String passphrase, String password, String saltHex) {
        byte[] key = derive(password.getBytes(StandardCharsets.UTF_8), saltHex);
        return join(
                signature(key).getBytes(StandardCharsets.US_ASCII),
                encrypt(key, passphrase.getBytes(StandardCharsets.UTF_8)));
    }

    /** As version 104 and later write it. */
    public static byte[] version2(String passphrase, String password, String saltHex) {
        return join(new byte[] {':', 2}, HexFormat.of().parseHex(saltHex), version1(passphrase, password, saltHex));
    }

    /** Lines of {@code Private.sig}. */
    public static List<String> signatures(String passphrase, String contentsSaltHex) {
        byte[] text = passphrase.getBytes(StandardCharsets.UTF_8);
        return List.of(signature(derive(text, contentsSaltHex)), signature(derive(text, NAMES_SALT)));
    }

    private static byte[] derive(byte[] text, String saltHex) {
        byte[] hash = join(HexFormat.of().parseHex(saltHex), text);
        for (int i = 0; i < 65_536; i++) {
            hash = sha512(hash);
        }
        return hash;
    }

    private static String signature(byte[] key) {
        return HexFormat.of().formatHex(sha512(key), 0, 8);
    }

    private static byte[] encrypt(byte[] key, byte[] text) {
        try {
            Cipher cipher = Cipher.getInstance("AES/ECB/NoPadding");
            cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, 0, 16, "AES"));
            return cipher.doFinal(Arrays.copyOf(text, (text.length + 15) / 16 * 16));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] sha512(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-512").digest(bytes);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] join(byte[]... parts) {
        byte[] all = new byte[0];
        for (byte[] part : parts) {
            int at = all.length;
            all = Arrays.copyOf(all, at + part.length);
            System.arraycopy(part, 0, all, at, part.length);
        }
        return all;
    }
}
