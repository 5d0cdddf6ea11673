// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.terminal;

import io.nayuki.qrcodegen.QrCode;
import io.nayuki.qrcodegen.QrSegment;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;

/**
 * A QR code as lines of half-block characters, two modules a character high. With colours the light
 * modules are drawn white on black whatever the terminal's own colours are; without, they are drawn in
 * the foreground colour, right for a dark terminal and legible to most scanners on a light one.
 *
 * <p>The QR library wants its input in an array, so a copy of the text and the picture itself are on the
 * heap of this short-lived process until it ends. The copy is overwritten; the picture cannot be.
 */
final class QrBlocks {
    /** Light modules around the code. The standard has 4; scanners are content with 2 (qrencode does so). */
    static final int QUIET_ZONE = 2;

    private static final String WHITE_ON_BLACK = "\u001b[97;40m";
    private static final String RESET = "\u001b[0m";
    private static final char UPPER = '\u2580';
    private static final char LOWER = '\u2584';
    private static final char FULL = '\u2588';

    private QrBlocks() {}

    /**
     * @param text ASCII from position to limit, left as it is
     * @return lines, top first
     */
    static String[] lines(ByteBuffer text, boolean colours) {
        byte[] copy = new byte[text.remaining()];
        text.duplicate().get(copy);
        try {
            return draw(QrCode.encodeSegments(List.of(QrSegment.makeBytes(copy)), QrCode.Ecc.LOW), colours);
        } finally {
            Arrays.fill(copy, (byte) 0);
        }
    }

    private static String[] draw(QrCode code, boolean colours) {
        int side = code.size + 2 * QUIET_ZONE;
        String[] lines = new String[(side + 1) / 2];
        for (int row = 0; row < lines.length; row++) {
            StringBuilder line = new StringBuilder(side + 16);
            line.append(colours ? WHITE_ON_BLACK : "");
            for (int x = 0; x < side; x++) {
                line.append(block(light(code, x, 2 * row), light(code, x, 2 * row + 1)));
            }
            lines[row] = line.append(colours ? RESET : "").toString();
        }
        return lines;
    }

    private static boolean light(QrCode code, int x, int y) {
        boolean below = y >= code.size + 2 * QUIET_ZONE;
        return !below && !code.getModule(x - QUIET_ZONE, y - QUIET_ZONE);
    }

    private static char block(boolean upper, boolean lower) {
        if (upper) {
            return lower ? FULL : UPPER;
        }
        return lower ? LOWER : ' ';
    }
}
