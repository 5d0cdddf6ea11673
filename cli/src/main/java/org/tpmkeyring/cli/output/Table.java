// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.output;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Left-aligned columns, two blanks apart. Cells are made safe for a terminal. Where the table is wider
 * than the screen its last column is cut and ends in an ellipsis; without a screen nothing is cut.
 */
public final class Table {
    private static final int GAP = 2;
    private static final int LEAST = 8;

    private final String[] headings;
    private final List<String[]> rows = new ArrayList<>();
    private int paintedColumn = -1;
    private UnaryOperator<String> paint = UnaryOperator.identity();

    public Table(String... headings) {
        this.headings = headings.clone();
    }

    /** One more row, a cell for every heading. */
    public Table row(String... cells) {
        if (cells.length != headings.length) {
            throw new IllegalArgumentException(cells.length + " cells for " + headings.length + " headings");
        }
        String[] safe = new String[cells.length];
        for (int i = 0; i < cells.length; i++) {
            safe[i] = SafeText.of(cells[i]);
        }
        rows.add(safe);
        return this;
    }

    /** Paints the cells of a column after they were measured. */
    public Table painting(int column, UnaryOperator<String> how) {
        paintedColumn = column;
        paint = how;
        return this;
    }

    /** Width of the widest line, in columns. */
    public int width() {
        int width = 0;
        for (int cell : widths(true)) {
            width += cell + GAP;
        }
        return width - GAP;
    }

    /**
     * The lines.
     *
     * @param legend whether the headings are the first of them
     * @param columns width of the screen; 0 where there is none
     */
    public List<String> lines(boolean legend, int columns) {
        int[] widths = widths(legend);
        List<String> lines = new ArrayList<>(rows.size() + 1);
        if (legend) {
            lines.add(line(headings, widths, columns, false));
        }
        for (String[] row : rows) {
            lines.add(line(row, widths, columns, true));
        }
        return lines;
    }

    private int[] widths(boolean legend) {
        int[] widths = new int[headings.length];
        for (int i = 0; i < widths.length; i++) {
            widths[i] = legend ? headings[i].length() : 0;
            for (String[] row : rows) {
                widths[i] = Math.max(widths[i], row[i].length());
            }
        }
        return widths;
    }

    private String line(String[] cells, int[] widths, int columns, boolean painted) {
        StringBuilder line = new StringBuilder();
        int used = 0;
        for (int i = 0; i < cells.length; i++) {
            boolean last = i == cells.length - 1;
            String cell = last ? cut(cells[i], columns - used, columns > 0) : cells[i];
            line.append(painted && i == paintedColumn ? paint.apply(cell) : cell);
            if (!last) {
                line.append(" ".repeat(widths[i] - cell.length() + GAP));
            }
            used += widths[i] + GAP;
        }
        return line.toString().stripTrailing();
    }

    private static String cut(String cell, int room, boolean limited) {
        int most = Math.max(room, LEAST);
        return limited && cell.length() > most ? cell.substring(0, most - 1) + "\u2026" : cell;
    }
}
