// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.terminal;

import io.nayuki.qrcodegen.QrCode;
import io.nayuki.qrcodegen.QrSegment;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * A QR code as lines of half-block characters, two modules a character high. With colours the light
 * modules are drawn white on black whatever the terminal's own colours are; without, they are drawn in
 * the foreground colour, right for a dark terminal and legible to most scanners on a light one.
 *
 * <p>Letters go in as capitals and without dashes: that fits the alphanumeric mode of ISO/IEC 18004 and
 * makes the smallest square, 17 lines for a recovery key. The library reads them one by one from the
 * buffer they are in; the bits and the picture that it makes of them are on the heap of this short-lived
 * process until it ends, which cannot be helped.
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
     * @param text letters and dashes of ASCII from position to limit, left as they are
     * @return lines, top first
     */
    static String[] lines(ByteBuffer text, boolean colours) {
        QrSegment letters = QrSegment.makeAlphanumeric(new Capitals(text));
        return draw(QrCode.encodeSegments(List.of(letters), QrCode.Ecc.LOW), colours);
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

    /** The letters of a buffer as capitals, its dashes left out; a view that copies nothing. */
    private static final class Capitals implements CharSequence {
        private final ByteBuffer text;
        private final int length;

        Capitals(ByteBuffer text) {
            this.text = text;
            int letters = 0;
            for (int i = text.position(); i < text.limit(); i++) {
                letters += text.get(i) == '-' ? 0 : 1;
            }
            this.length = letters;
        }

        @Override
        public int length() {
            return length;
        }

        @Override
        public char charAt(int index) {
            int left = index;
            for (int i = text.position(); i < text.limit(); i++) {
                if (text.get(i) != '-' && left-- == 0) {
                    return Character.toUpperCase((char) text.get(i));
                }
            }
            throw new IndexOutOfBoundsException(index);
        }

        @Override
        public CharSequence subSequence(int start, int end) {
            throw new UnsupportedOperationException("this view is read from end to end");
        }

        /** Tells no contents. */
        @Override
        public String toString() {
            return "Capitals[" + length + "]";
        }
    }
}
