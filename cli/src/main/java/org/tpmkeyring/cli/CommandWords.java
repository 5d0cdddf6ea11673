// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli;

import org.tpmkeyring.cli.output.SafeText;

/** A command line as it would be typed again. There are no secrets in one. */
final class CommandWords {
    private static final String PLAIN = "._-/=:+,@%";

    private CommandWords() {}

    /** The words with quotes where a shell needs them. */
    static String joined(String[] args) {
        StringBuilder line = new StringBuilder();
        for (String word : args) {
            line.append(line.isEmpty() ? "" : " ").append(isPlain(word) ? word : quoted(word));
        }
        return line.toString();
    }

    private static boolean isPlain(String word) {
        for (int i = 0; i < word.length(); i++) {
            char c = word.charAt(i);
            if (!(c < 0x80 && Character.isLetterOrDigit(c)) && PLAIN.indexOf(c) < 0) {
                return false;
            }
        }
        return !word.isEmpty();
    }

    private static String quoted(String word) {
        return "'" + SafeText.of(word).replace("'", "'\\''") + "'";
    }
}
