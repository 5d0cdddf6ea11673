// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.volume;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;

/** The header of LUKS version 1, as the "LUKS On-Disk Format Specification" 1.2.3 has it: all numbers big-endian. */
final class Luks1 {
    static final int HEADER_BYTES = 592;

    private static final int NAME_BYTES = 32;
    private static final int CIPHER = 8;
    private static final int MODE = 40;
    private static final int HASH = 72;
    private static final int PAYLOAD_OFFSET = 104;
    private static final int KEY_BYTES = 108;
    private static final int DIGEST = 112;
    private static final int DIGEST_BYTES = 20;
    private static final int SALT = 132;
    private static final int SALT_BYTES = 32;
    private static final int ITERATIONS = 164;
    private static final int UUID = 168;
    private static final int UUID_BYTES = 40;
    private static final int SLOTS = 208;
    private static final int SLOT_BYTES = 48;
    private static final int SLOT_COUNT = 8;
    private static final int SLOT_ACTIVE = 0x00AC71F3;

    private Luks1() {}

    /**
     * @param header 592 bytes
     */
    static LuksHeader parse(byte[] header) {
        ByteBuffer bytes = ByteBuffer.wrap(header);
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("version", 1L);
        facts.put("uuid", text(header, UUID, UUID_BYTES));
        facts.put("cipher", text(header, CIPHER, NAME_BYTES));
        facts.put("mode", text(header, MODE, NAME_BYTES));
        facts.put("hash", text(header, HASH, NAME_BYTES));
        facts.put("payloadOffset", Integer.toUnsignedLong(bytes.getInt(PAYLOAD_OFFSET)));
        facts.put("keyBytes", Integer.toUnsignedLong(bytes.getInt(KEY_BYTES)));
        facts.put("digest", hex(header, DIGEST, DIGEST_BYTES));
        facts.put("salt", hex(header, SALT, SALT_BYTES));
        facts.put("iterations", Integer.toUnsignedLong(bytes.getInt(ITERATIONS)));
        SortedSet<Integer> slots = new TreeSet<>();
        for (int slot = 0; slot < SLOT_COUNT; slot++) {
            if (bytes.getInt(SLOTS + slot * SLOT_BYTES) == SLOT_ACTIVE) {
                slots.add(slot);
            }
        }
        return new LuksHeader(1, (String) facts.get("uuid"), Identity.of(facts), slots, slots, List.of());
    }

    /** The UUID of a header of either version: both have it at the same place. */
    static String uuid(byte[] header) {
        return text(header, UUID, UUID_BYTES);
    }

    /** Up to the first NUL; every byte one character, so that no two texts become one. */
    private static String text(byte[] header, int offset, int length) {
        int end = offset;
        while (end < offset + length && header[end] != 0) {
            end++;
        }
        return new String(header, offset, end - offset, StandardCharsets.ISO_8859_1);
    }

    private static String hex(byte[] header, int offset, int length) {
        return HexFormat.of().formatHex(header, offset, offset + length);
    }
}
