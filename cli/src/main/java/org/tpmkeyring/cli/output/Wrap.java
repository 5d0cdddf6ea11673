// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.output;

import java.util.ArrayList;
import java.util.List;

/** Breaks text into lines, at blanks only, so that {@code 7:sha256} and paths stay in one piece. */
public final class Wrap {
    /** Narrower than this nothing is broken: it would only get worse. */
    private static final int LEAST = 20;

    private Wrap() {}

    /**
     * @param columns longest line; a word that is longer has a line of its own
     * @return at least one line
     */
    public static List<String> lines(String text, int columns) {
        if (columns < LEAST || text.length() <= columns) {
            return List.of(text);
        }
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        for (String word : text.split(" ", -1)) {
            if (!line.isEmpty() && line.length() + 1 + word.length() > columns) {
                lines.add(line.toString());
                line.setLength(0);
            }
            line.append(line.isEmpty() ? "" : " ").append(word);
        }
        lines.add(line.toString());
        return lines;
    }
}
