// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.ecryptfs;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;

/**
 * Lower files and names as the kernel writes them (fs/ecryptfs/crypto.c, ecryptfs_write_headers_virt and
 * ecryptfs_encode_for_filename; fs/ecryptfs/keystore.c, write_tag_3_packet, write_tag_11_packet and
 * ecryptfs_write_tag_70_packet), but for what is encrypted, which is random here.
 */
public final class LowerFiles {
    private static final int HEADER_BYTES = 8192;
    private static final int MARKER = 0x3c81b7f5;
    private static final String ALPHABET = "-.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private static final Random RANDOM = new Random(1);

    private LowerFiles() {}

    /** A file of format version 3 whose key is encrypted under the keys of these signatures. */
    public static byte[] file(String... signatures) {
        return file(3, signatures);
    }

    static byte[] file(int version, String... signatures) {
        ByteBuffer file = ByteBuffer.allocate(HEADER_BYTES);
        int marker = RANDOM.nextInt();
        file.putLong(4711).putInt(marker).putInt(marker ^ MARKER).putInt(version << 24 | 2);
        if (version >= 1) {
            file.putInt(4096).putShort((short) 2);
        }
        for (String signature : signatures) {
            tag3(file);
            tag11(file, signature);
        }
        return file.array();
    }

    /** Version, AES-256, salted and iterated S2K with MD5, salt, count, encrypted key of 32 bytes. */
    private static void tag3(ByteBuffer file) {
        byte[] random = new byte[8 + 1 + 32];
        RANDOM.nextBytes(random);
        file.put((byte) 0x8c)
                .put((byte) (4 + random.length))
                .put(new byte[] {4, 9, 3, 1})
                .put(random);
    }

    private static void tag11(ByteBuffer file, String signature) {
        file.put((byte) 0xed).put((byte) 22).put((byte) 'b').put((byte) 8);
        file.put("_CONSOLE".getBytes(StandardCharsets.US_ASCII))
                .putInt(0)
                .put(HexFormat.of().parseHex(signature));
    }

    /** A public key's packet, before the signature of another. */
    static byte[] fileOfPublicKey(String signature) {
        ByteBuffer file = ByteBuffer.wrap(file(3));
        byte[] encrypted = new byte[256];
        file.position(26);
        int size = 1 + 8 + 1 + encrypted.length;
        file.put((byte) 1).put((byte) ((size - 192) / 256 + 192)).put((byte) ((size - 192) % 256));
        file.put((byte) 3).put(HexFormat.of().parseHex(signature)).put((byte) 1).put(encrypted);
        return file.array();
    }

    /** A name under the key of this signature; the cipher is told by its code in RFC 2440. */
    public static String name(String signature, int cipher) {
        byte[] encrypted = new byte[32];
        RANDOM.nextBytes(encrypted);
        ByteBuffer packet = ByteBuffer.allocate(11 + encrypted.length);
        packet.put((byte) 0x46)
                .put((byte) (9 + encrypted.length))
                .put(HexFormat.of().parseHex(signature));
        packet.put((byte) cipher).put(encrypted);
        return LowerName.PREFIX + encoded(packet.array());
    }

    private static String encoded(byte[] bytes) {
        byte[] padded = Arrays.copyOf(bytes, (bytes.length + 2) / 3 * 3);
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        for (int i = 0; i < padded.length; i += 3) {
            int block = (padded[i] & 0xff) << 16 | (padded[i + 1] & 0xff) << 8 | (padded[i + 2] & 0xff);
            for (int shift = 18; shift >= 0; shift -= 6) {
                text.write(ALPHABET.charAt(block >> shift & 0x3f));
            }
        }
        return text.toString(StandardCharsets.US_ASCII);
    }
}
