// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.command;

import java.util.ArrayList;
import java.util.List;

/**
 * Fits parts of an answer into one screen: what needs a person is never left out for what does not, and what is left
 * out is told.
 */
final class Screen {
    /** Of a terminal that nobody has made larger, less the line of the next prompt. */
    static final int LINES = 23;

    private static final int LEAST_ROWS = 2;

    private Screen() {}

    /**
     * A part with rows that may be left out, and how to see the rest.
     *
     * @param lines heading first
     */
    record Part(List<String> lines, String rest) {
        Part {
            lines = List.copyOf(lines);
        }

        List<String> cut(int most) {
            if (lines.size() <= most) {
                return lines;
            }
            int kept = Math.max(most - 1, LEAST_ROWS);
            List<String> shown = new ArrayList<>(lines.subList(0, Math.min(kept, lines.size())));
            int left = lines.size() - shown.size();
            if (left > 0) {
                shown.add("+ " + left + " more: " + rest);
            }
            return shown;
        }
    }

    /**
     * @param head whole
     * @param parts in order, each with an empty line before it
     * @param tail whole
     */
    static List<String> fit(List<String> head, List<Part> parts, List<String> tail) {
        int room = LINES - head.size() - tail.size();
        List<String> lines = new ArrayList<>(head);
        int wanted = 0;
        for (Part part : parts) {
            wanted += part.lines().size() + 1;
        }
        int over = Math.max(0, wanted - room);
        for (Part part : parts) {
            int size = part.lines().size();
            int share = wanted == 0 ? 0 : (over * (size + 1) + wanted - 1) / wanted;
            lines.add("");
            lines.addAll(over == 0 ? part.lines() : part.cut(size - share));
        }
        lines.addAll(tail);
        return lines;
    }
}
