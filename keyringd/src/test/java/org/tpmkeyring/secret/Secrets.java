// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.secret;

import java.util.HexFormat;

/** Secrets whose contents a test knows. */
public final class Secrets {
    private Secrets() {}

    /** A buffer of these bytes. */
    public static SecretBuffer of(byte[] octets) {
        SecretBuffer secret = SecretBuffer.allocate(octets.length);
        return secret.withBytes(bytes -> {
            bytes.put(octets);
            return secret;
        });
    }

    public static SecretBuffer ofHex(String hex) {
        return of(HexFormat.of().parseHex(hex));
    }

    public static byte[] contents(SecretBuffer secret) {
        byte[] octets = new byte[secret.size()];
        return secret.withBytes(bytes -> {
            bytes.get(octets);
            return octets;
        });
    }

    public static String hex(SecretBuffer secret) {
        return HexFormat.of().formatHex(contents(secret));
    }
}
