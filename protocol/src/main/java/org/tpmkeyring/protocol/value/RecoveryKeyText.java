// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.protocol.value;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.KeyringException;

/**
 * A recovery key as a person writes it down: 256 bits as eight groups of nine letters with dashes between
 * them. The letters are the 16 of modhex ({@code cbdefghijklnrtuv}), which lie in the same place on most
 * keyboards; systemd-cryptenroll(1) uses them for its recovery keys. Eight letters of a group are 32 bits of
 * the key, the more significant half of a byte first; the ninth is a check letter.
 *
 * <p>The check is a Damm code: from the group's number, 1 to 8, each letter takes the interim value x to
 * {@code 2 * (x xor letter)} in GF(16) with x^4 + x + 1, and all nine letters together must take it to 0. So
 * every wrong letter and every exchange of two neighbours in a group is noticed and told with the number of
 * the group, and so are two groups that changed places.
 *
 * <p>Text and key are secrets: all methods work on direct buffers, which belong to the caller, and copy
 * nothing to the heap.
 */
public final class RecoveryKeyText {
    public static final int KEY_BYTES = 32;
    public static final int GROUPS = 8;
    public static final int GROUP_LETTERS = 9;

    /** Letters and dashes of the text as it is printed. */
    public static final int TEXT_BYTES = GROUPS * GROUP_LETTERS + GROUPS - 1;

    private static final int LETTERS = GROUPS * GROUP_LETTERS;
    private static final byte[] ALPHABET = "cbdefghijklnrtuv".getBytes(StandardCharsets.US_ASCII);
    private static final int DASH = '-';

    private RecoveryKeyText() {}

    /**
     * Writes the text.
     *
     * @param key direct, 32 bytes from its position, which moves behind them
     * @param text direct, takes 79 bytes of ASCII from its position, which moves behind them
     */
    public static void format(ByteBuffer key, ByteBuffer text) {
        requireDirect(key);
        requireDirect(text);
        for (int group = 1; group <= GROUPS; group++) {
            if (group > 1) {
                text.put((byte) DASH);
            }
            int interim = group;
            for (int octet = 0; octet < KEY_BYTES / GROUPS; octet++) {
                int value = key.get();
                interim = put(text, value >> 4 & 0xf, interim);
                interim = put(text, value & 0xf, interim);
            }
            text.put(ALPHABET[interim]);
        }
    }

    private static int put(ByteBuffer text, int digit, int interim) {
        text.put(ALPHABET[digit]);
        return step(interim, digit);
    }

    /**
     * Reads the text. Upper case is as good as lower case; blanks, line ends and dashes are skipped wherever
     * they are.
     *
     * @param text direct, all from its position to its limit; its position moves there
     * @param key direct, takes 32 bytes from its position, which moves behind them; what was written is
     *     wiped again when the text is refused
     * @throws KeyringException of kind BAD_RECOVERY_KEY with a reason that tells where the mistake is, but
     *     nothing of the text
     */
    public static void parse(ByteBuffer text, ByteBuffer key) {
        requireDirect(text);
        requireDirect(key);
        int start = key.position();
        try {
            new Reader(text, key).read();
        } catch (KeyringException e) {
            key.position(start);
            for (int i = 0; i < KEY_BYTES; i++) {
                key.put(start + i, (byte) 0);
            }
            throw e;
        }
    }

    /** One step of the check: 2 * (interim xor digit) in GF(16), x^4 + x + 1. */
    private static int step(int interim, int digit) {
        int doubled = (interim ^ digit) << 1;
        return doubled ^ (doubled >> 4) * 0x13;
    }

    private static void requireDirect(ByteBuffer buffer) {
        if (!buffer.isDirect()) {
            throw new IllegalArgumentException("a recovery key is kept outside the Java heap");
        }
    }

    /** Goes through a text once. */
    private static final class Reader {
        private final ByteBuffer text;
        private final ByteBuffer key;
        private final List<Integer> wrongGroups = new ArrayList<>();
        private final List<Integer> partLengths = new ArrayList<>();
        private int partStart;
        private int letters;
        private int interim;
        private int octet;

        Reader(ByteBuffer text, ByteBuffer key) {
            this.text = text;
            this.key = key;
        }

        void read() {
            for (int position = 1; text.hasRemaining(); position++) {
                int character = text.get();
                if (isFiller(character)) {
                    endPart();
                } else {
                    take(digit(character, position));
                }
            }
            endPart();
            if (letters != LETTERS) {
                throw refused("it has " + letters + " characters, a recovery key has " + LETTERS + oddPart());
            }
            if (!wrongGroups.isEmpty()) {
                throw refused(mistakes());
            }
        }

        private void endPart() {
            if (letters > partStart) {
                partLengths.add(letters - partStart);
                partStart = letters;
            }
        }

        /** Where the letter is missing or too many, if the dashes tell. */
        private String oddPart() {
            List<Integer> odd = new ArrayList<>();
            for (int part = 0; part < partLengths.size(); part++) {
                if (partLengths.get(part) != GROUP_LETTERS) {
                    odd.add(part);
                }
            }
            if (partLengths.size() != GROUPS || odd.size() != 1) {
                return "";
            }
            int part = odd.get(0);
            return ": group " + (part + 1) + " has " + partLengths.get(part) + " instead of " + GROUP_LETTERS;
        }

        private void take(int digit) {
            int place = letters % GROUP_LETTERS;
            int group = letters / GROUP_LETTERS + 1;
            letters++;
            if (letters > LETTERS) {
                return;
            }
            interim = step(place == 0 ? group : interim, digit);
            if (place == GROUP_LETTERS - 1) {
                if (interim != 0) {
                    wrongGroups.add(group);
                }
            } else if (place % 2 == 0) {
                octet = digit << 4;
            } else {
                key.put((byte) (octet | digit));
            }
        }

        private int digit(int character, int position) {
            int lower = character >= 'A' && character <= 'Z' ? character - 'A' + 'a' : character;
            for (int digit = 0; digit < ALPHABET.length; digit++) {
                if (ALPHABET[digit] == lower) {
                    return digit;
                }
            }
            throw refused("character " + position + " is not one of cbdefghijklnrtuv");
        }

        private static boolean isFiller(int character) {
            return character == DASH || character == ' ' || character == '\t' || character == '\r' || character == '\n';
        }

        private String mistakes() {
            if (wrongGroups.size() == 1) {
                return "group " + wrongGroups.get(0) + " has a typo";
            }
            String all = wrongGroups.stream().map(String::valueOf).collect(Collectors.joining(", "));
            return wrongGroups.size() == 2
                    ? "groups " + all.replace(", ", " and ") + " have typos or changed places"
                    : "groups " + all + " have typos";
        }

        private static KeyringException refused(String reason) {
            return KeyringException.of(ErrorKind.BAD_RECOVERY_KEY)
                    .with("reason", reason)
                    .build();
        }
    }
}
