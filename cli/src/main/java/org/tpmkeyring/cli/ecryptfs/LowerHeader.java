// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.ecryptfs;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * The head of a lower file (fs/ecryptfs/crypto.c, ecryptfs_write_headers_virt): 8 bytes of file size, the
 * marker, 4 bytes of flags whose first is the format's version, from version 1 on 6 bytes of header size, and
 * then OpenPGP-like packets (fs/ecryptfs/keystore.c): one of tag 3 with the file's key, one of tag 11 with the
 * signature of the key that encrypts it, and so on for more keys.
 */
final class LowerHeader {
    /** More than any packets take; the rest of a header is padding. */
    static final int BYTES = 4096;

    private static final int MARKER = 0x3c81b7f5;
    private static final int MARKER_AT = 8;
    private static final int FLAGS_AT = 16;
    private static final int HEADER_SIZE_BYTES = 6;

    private static final int TAG_1 = 0x01;
    private static final int TAG_3 = 0x8c;
    private static final int TAG_11 = 0xed;

    private static final int SIGNATURE_BYTES = 8;

    /** Format byte, length of the name and the name "_CONSOLE", date. */
    private static final int TAG_11_PREAMBLE_BYTES = 14;

    /** Version byte before the identifier. */
    private static final int TAG_1_PREAMBLE_BYTES = 1;

    private LowerHeader() {}

    /**
     * Signatures of the keys that open a file, 16 hex digits each.
     *
     * @param head first bytes of the file or its {@code user.ecryptfs} attribute
     * @return empty when it was not written by eCryptfs; an empty list when its packets are damaged
     */
    static Optional<List<String>> signatures(byte[] head) {
        ByteBuffer bytes = ByteBuffer.wrap(head);
        if (head.length < FLAGS_AT + Integer.BYTES
                || (bytes.getInt(MARKER_AT) ^ MARKER) != bytes.getInt(MARKER_AT + Integer.BYTES)) {
            return Optional.empty();
        }
        int version = head[FLAGS_AT] & 0xff;
        int packets = FLAGS_AT + Integer.BYTES + (version >= 1 ? HEADER_SIZE_BYTES : 0);
        return Optional.of(inPackets(bytes.position(Math.min(packets, head.length))));
    }

    private static List<String> inPackets(ByteBuffer bytes) {
        List<String> found = new ArrayList<>();
        while (bytes.remaining() > 2) {
            int tag = bytes.get() & 0xff;
            if (tag != TAG_1 && tag != TAG_3 && tag != TAG_11) {
                break;
            }
            int size = length(bytes);
            if (size < 0 || size > bytes.remaining()) {
                break;
            }
            ByteBuffer body = bytes.slice(bytes.position(), size);
            bytes.position(bytes.position() + size);
            if (tag == TAG_11) {
                signature(body, TAG_11_PREAMBLE_BYTES).ifPresent(found::add);
            } else if (tag == TAG_1) {
                signature(body, TAG_1_PREAMBLE_BYTES).ifPresent(found::add);
            }
        }
        return found;
    }

    /**
     * Reads the length of a packet (ecryptfs_parse_packet_length): one byte below 192, else two.
     *
     * @return -1 for one that eCryptfs does not write
     */
    static int length(ByteBuffer bytes) {
        int first = bytes.hasRemaining() ? bytes.get() & 0xff : 255;
        if (first < 192) {
            return first;
        }
        return first < 224 && bytes.hasRemaining() ? (first - 192) * 256 + (bytes.get() & 0xff) + 192 : -1;
    }

    private static Optional<String> signature(ByteBuffer body, int at) {
        if (body.limit() < at + SIGNATURE_BYTES) {
            return Optional.empty();
        }
        byte[] signature = new byte[SIGNATURE_BYTES];
        body.get(at, signature);
        return Optional.of(HexFormat.of().formatHex(signature));
    }
}
