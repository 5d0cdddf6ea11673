// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.ecryptfs;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.Optional;

/**
 * An encrypted file name: a prefix, then a packet of tag 70 in an alphabet of 64 characters that file names
 * can have everywhere (fs/ecryptfs/crypto.c, ecryptfs_decode_from_filename; keystore.c,
 * ecryptfs_parse_tag_70_packet).
 *
 * @param signature of the key that encrypts names, 16 hex digits
 * @param keyBytes length of the cipher's key where the cipher is AES; 0 for another cipher
 */
record LowerName(String signature, int keyBytes) {
    static final String PREFIX = "ECRYPTFS_FNEK_ENCRYPTED.";

    private static final String ALPHABET = "-.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private static final int BITS = 6;
    private static final int TAG_70 = 0x46;
    private static final int SIGNATURE_BYTES = 8;

    /** RFC2440_CIPHER_AES_128 and its neighbours in ecryptfs_kernel.h. */
    private static final int AES_128 = 7;

    private static final int AES_192 = 8;
    private static final int AES_256 = 9;

    /**
     * @param name of a lower file
     * @return empty when it is not an encrypted one
     */
    static Optional<LowerName> of(String name) {
        if (!name.startsWith(PREFIX)) {
            return Optional.empty();
        }
        ByteBuffer packet = ByteBuffer.wrap(decoded(name.substring(PREFIX.length())));
        if (!packet.hasRemaining() || packet.get() != TAG_70) {
            return Optional.empty();
        }
        int size = LowerHeader.length(packet);
        if (size <= SIGNATURE_BYTES || packet.remaining() <= SIGNATURE_BYTES) {
            return Optional.empty();
        }
        byte[] signature = new byte[SIGNATURE_BYTES];
        packet.get(signature);
        int keyBytes = switch (packet.get()) {
            case AES_128 -> 16;
            case AES_192 -> 24;
            case AES_256 -> 32;
            default -> 0;
        };
        return Optional.of(new LowerName(HexFormat.of().formatHex(signature), keyBytes));
    }

    /** Six bits a character, most significant first; a character that is none of them counts as nothing. */
    private static byte[] decoded(String text) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        int pending = 0;
        int bits = 0;
        for (int i = 0; i < text.length(); i++) {
            pending = pending << BITS | Math.max(ALPHABET.indexOf(text.charAt(i)), 0);
            bits += BITS;
            if (bits >= Byte.SIZE) {
                bits -= Byte.SIZE;
                bytes.write(pending >> bits);
                pending &= (1 << bits) - 1;
            }
        }
        return bytes.toByteArray();
    }
}
