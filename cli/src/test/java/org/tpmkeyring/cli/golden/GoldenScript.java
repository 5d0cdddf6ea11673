// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.golden;

import java.util.ArrayList;
import java.util.List;

/**
 * Reads the scripts of {@code tests/golden}: shell, of which only comments, directives and calls of
 * {@code tpm-keyring} are used, the latter with quotes and with a {@code printf} in front as standard
 * input. So the same file runs here against the fake and in a shell against the real daemon.
 */
final class GoldenScript {
    private GoldenScript() {}

    /**
     * One line that does something.
     *
     * @param directive text after {@code #:}, or null
     * @param text the command as it is written
     * @param input what is piped in
     * @param words words after {@code tpm-keyring}
     */
    record Step(String directive, String text, String input, List<String> words) {}

    static List<Step> parse(List<String> lines) {
        List<Step> steps = new ArrayList<>();
        for (String line : lines) {
            if (line.startsWith("#: ")) {
                steps.add(new Step(line.substring(3).strip(), line, "", List.of()));
            } else if (!line.isBlank() && !line.startsWith("#")) {
                steps.add(command(line));
            }
        }
        return steps;
    }

    private static Step command(String line) {
        List<String> words = words(line);
        String input = "";
        if (words.get(0).equals("printf")) {
            input = words.get(1).replace("\\n", "\n");
            words = words.subList(3, words.size());
        }
        if (!words.get(0).equals("tpm-keyring")) {
            throw new IllegalArgumentException("not a call of tpm-keyring: " + line);
        }
        return new Step(null, line, input, words.subList(1, words.size()));
    }

    private static List<String> words(String line) {
        List<String> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        char quote = 0;
        boolean any = false;
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (quote == 0 && c == ' ') {
                if (any) {
                    words.add(word.toString());
                }
                word.setLength(0);
                any = false;
            } else if (quote == 0 && (c == '\'' || c == '"')) {
                quote = c;
                any = true;
            } else if (c == quote) {
                quote = 0;
            } else {
                word.append(c);
                any = true;
            }
        }
        if (any) {
            words.add(word.toString());
        }
        return words;
    }
}
