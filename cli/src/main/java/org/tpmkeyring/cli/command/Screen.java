// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.command;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Fits parts of an answer into one screen: what needs a person is never left out for what does not, and what is left
 * out is told.
 */
final class Screen {
    /** Of a terminal that nobody has made larger, less the line of the next prompt. */
    static final int LINES = 23;

    /** Heading, one row, and the line that counts the others. */
    private static final int LEAST = 3;

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
            List<String> shown = new ArrayList<>(lines.subList(0, most - 1));
            shown.add("+ " + (lines.size() - shown.size()) + " more: " + rest);
            return shown;
        }
    }

    /**
     * @param head whole
     * @param parts in order, each with an empty line before it
     * @param tail whole
     */
    static List<String> fit(List<String> head, List<Part> parts, List<String> tail) {
        int room = LINES - head.size() - tail.size() - parts.size();
        int[] sizes = parts.stream().mapToInt(part -> part.lines().size()).toArray();
        while (Arrays.stream(sizes).sum() > room && Arrays.stream(sizes).anyMatch(size -> size > LEAST)) {
            sizes[largest(sizes)]--;
        }
        List<String> lines = new ArrayList<>(head);
        for (int i = 0; i < sizes.length; i++) {
            lines.add("");
            lines.addAll(parts.get(i).cut(sizes[i]));
        }
        lines.addAll(tail);
        return lines;
    }

    private static int largest(int[] sizes) {
        int largest = 0;
        for (int i = 1; i < sizes.length; i++) {
            largest = sizes[i] > sizes[largest] ? i : largest;
        }
        return largest;
    }
}
