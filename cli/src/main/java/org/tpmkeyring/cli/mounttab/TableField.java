// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.mounttab;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * A field in the spelling of fstab(5): a backslash and three octal digits are a byte, any other backslash is
 * itself. Bytes and not characters, since the names of files are bytes.
 */
public final class TableField {
    private static final int ESCAPE_DIGITS = 3;

    private TableField() {}

    /**
     * What a field means.
     *
     * @param field bytes as characters up to U+00FF, without blanks
     * @throws TableException for a NUL, which no name can hold, for a control character that stands there as
     *     itself, and for what is not UTF-8
     */
    static String decode(String field) throws TableException {
        if (field.chars().anyMatch(c -> isControl((char) c))) {
            throw new TableException("a control character is written as an octal escape");
        }
        return decodeBytes(field);
    }

    /** The same for the kernel's own lists, which quote some characters and leave the others. */
    public static String decodeBytes(String field) throws TableException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int at = 0; at < field.length(); at++) {
            char c = field.charAt(at);
            if (c == '\\' && isEscape(field, at + 1)) {
                bytes.write(octal(field, at + 1));
                at += ESCAPE_DIGITS;
            } else {
                bytes.write(c);
            }
        }
        return utf8(bytes.toByteArray());
    }

    /** A field that means this text: blanks, control characters and backslashes as octal escapes. */
    public static String encode(String text) {
        StringBuilder field = new StringBuilder(text.length());
        for (int at = 0; at < text.length(); at++) {
            char c = text.charAt(at);
            if (c == ' ' || c == '\\' || isControl(c)) {
                field.append('\\').append(c >> 6).append(c >> 3 & 7).append(c & 7);
            } else {
                field.append(c);
            }
        }
        return field.toString();
    }

    /** The ASCII ones, as the C locale has them; others are bytes of longer characters. */
    static boolean isControl(char c) {
        return c < ' ' || c == 0x7f;
    }

    private static boolean isEscape(String field, int at) {
        return at + ESCAPE_DIGITS <= field.length()
                && between(field.charAt(at), '0', '3')
                && between(field.charAt(at + 1), '0', '7')
                && between(field.charAt(at + 2), '0', '7');
    }

    private static boolean between(char c, char first, char last) {
        return c >= first && c <= last;
    }

    private static int octal(String field, int at) throws TableException {
        int value = Integer.parseInt(field, at, at + ESCAPE_DIGITS, 8);
        if (value == 0) {
            throw new TableException("no name can hold \\000");
        }
        return value;
    }

    private static String utf8(byte[] bytes) throws TableException {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new TableException("it is not UTF-8");
        }
    }
}
