// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.protocol.value;

import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.KeyringException;

/**
 * The rule for every name a person gives: {@code [A-Za-z0-9][A-Za-z0-9._-]{0,63}}, ASCII only. It keeps
 * names free of path separators, options, line breaks, shell characters and look-alike letters.
 */
final class NameRule {
    static final int MAX_LENGTH_CHARS = 64;

    private NameRule() {}

    static String check(String what, String name) {
        String reason = reasonAgainst(name);
        if (reason != null) {
            throw KeyringException.of(ErrorKind.BAD_NAME)
                    .with("what", what + " name")
                    .with("name", shown(name))
                    .with("reason", reason)
                    .build();
        }
        return name;
    }

    private static String reasonAgainst(String name) {
        if (name == null || name.isEmpty()) {
            return "it is empty";
        }
        if (name.length() > MAX_LENGTH_CHARS) {
            return "it has " + name.length() + " characters, the limit is " + MAX_LENGTH_CHARS;
        }
        if (!isLetterOrDigit(name.charAt(0))) {
            return "it must begin with a letter or a digit of ASCII";
        }
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (!isLetterOrDigit(c) && c != '.' && c != '_' && c != '-') {
                return "character " + (i + 1) + " (U+" + String.format("%04X", (int) c)
                        + ") is not one of A-Z a-z 0-9 . _ -";
            }
        }
        return null;
    }

    private static boolean isLetterOrDigit(char c) {
        return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    }

    private static String shown(String name) {
        if (name == null || name.isEmpty()) {
            return "''";
        }
        return "'" + (name.length() <= MAX_LENGTH_CHARS ? name : name.substring(0, 20) + "...") + "'";
    }
}
