// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.protocol.value;

import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;

/**
 * An immutable run of public bytes: digests, identifiers, sealed blobs, ciphertext. Never a secret;
 * those live outside the Java heap.
 */
public final class Bytes {
    private final byte[] octets;

    private Bytes(byte[] octets) {
        this.octets = octets;
    }

    /** Copies. */
    public static Bytes copyOf(byte[] octets) {
        return new Bytes(octets.clone());
    }

    /**
     * @throws IllegalArgumentException for anything but pairs of hex digits
     */
    public static Bytes ofHex(String hex) {
        return new Bytes(HexFormat.of().parseHex(hex));
    }

    /**
     * @throws IllegalArgumentException for anything but padded RFC 4648 base64
     */
    public static Bytes ofBase64(String text) {
        return new Bytes(Base64.getDecoder().decode(text));
    }

    /** A copy. */
    public byte[] toArray() {
        return octets.clone();
    }

    public int length() {
        return octets.length;
    }

    public boolean isEmpty() {
        return octets.length == 0;
    }

    /** Lower-case hex. */
    public String hex() {
        return HexFormat.of().formatHex(octets);
    }

    public String base64() {
        return Base64.getEncoder().encodeToString(octets);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Bytes bytes && Arrays.equals(octets, bytes.octets);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(octets);
    }

    @Override
    public String toString() {
        return hex();
    }
}
