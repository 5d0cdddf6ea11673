// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.systemd;

import java.util.ArrayList;
import java.util.List;

/**
 * A log entry as lines: the message, and the stack traces of what was thrown.
 *
 * @param priority syslog priority, 3 (error) to 7 (debug)
 * @param lines without line ends, free of control characters
 */
record LogLines(int priority, List<String> lines) {
    private static final int MOST_CAUSES = 8;

    static LogLines of(System.Logger.Level level, String message, Throwable thrown) {
        List<String> lines = new ArrayList<>();
        lines.add(escape(String.valueOf(message)));
        Throwable cause = thrown;
        for (int depth = 0; cause != null && depth < MOST_CAUSES; depth++) {
            lines.add((depth == 0 ? "  " : "  caused by ") + escape(cause.toString()));
            for (StackTraceElement frame : cause.getStackTrace()) {
                lines.add("    at " + escape(frame.toString()));
            }
            cause = cause.getCause();
        }
        return new LogLines(priority(level), lines);
    }

    /** sd-daemon(3): SD_ERR, SD_WARNING, SD_INFO, SD_DEBUG. */
    private static int priority(System.Logger.Level level) {
        return switch (level) {
            case OFF, ERROR -> 3;
            case WARNING -> 4;
            case INFO -> 6;
            case ALL, TRACE, DEBUG -> 7;
        };
    }

    private static String escape(String text) {
        StringBuilder safe = new StringBuilder(text.length());
        text.codePoints().forEach(c -> {
            switch (Character.getType(c)) {
                case Character.CONTROL,
                        Character.FORMAT,
                        Character.SURROGATE,
                        Character.LINE_SEPARATOR,
                        Character.PARAGRAPH_SEPARATOR -> safe.append(String.format("\\u%04x", c));
                default -> safe.appendCodePoint(c);
            }
        });
        return safe.toString();
    }
}
