// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.output;

import java.util.Locale;

/**
 * Text from elsewhere made fit for a terminal: what another user named his key must not move root's
 * cursor.
 */
public final class SafeText {
    private SafeText() {}

    /** The text on one line, with control and formatting characters written as {@code \\uXXXX}. */
    public static String of(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (dangerous(text.charAt(i))) {
                return escaped(text);
            }
        }
        return text;
    }

    private static String escaped(String text) {
        StringBuilder safe = new StringBuilder(text.length() + 16);
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (dangerous(c)) {
                String hex = Integer.toHexString(c).toLowerCase(Locale.ROOT);
                safe.append("\\u").append("0".repeat(4 - hex.length())).append(hex);
            } else {
                safe.append(c);
            }
        }
        return safe.toString();
    }

    private static boolean dangerous(char c) {
        if (c >= ' ' && c < 0x7f) {
            return false;
        }
        return Character.isISOControl(c)
                || Character.getType(c) == Character.FORMAT
                || Character.getType(c) == Character.LINE_SEPARATOR
                || Character.getType(c) == Character.PARAGRAPH_SEPARATOR;
    }
}
