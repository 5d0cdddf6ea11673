// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.systemd;

import java.text.MessageFormat;
import java.util.ResourceBundle;

/**
 * Writes lines to standard error: with the level as sd-daemon(3) prefixes it when that is the journal, and
 * with the program's name when it is not. Ours are written from the threshold on, everybody else's from
 * WARNING on. Control characters are escaped, so that no name can forge a line.
 */
public final class JournalLogger implements System.Logger {
    private static final String OURS = "org.tpmkeyring.";
    private static volatile Level threshold = Level.INFO;

    private final String name;

    JournalLogger(String name) {
        this.name = name;
    }

    /** Sets from which level on the program's own lines are written. */
    public static void setThreshold(Level level) {
        threshold = level;
    }

    @Override
    public String getName() {
        return name;
    }

    @Override
    public boolean isLoggable(Level level) {
        Level from = name.startsWith(OURS) ? threshold : Level.WARNING;
        return level != Level.OFF && level.getSeverity() >= from.getSeverity();
    }

    @Override
    public void log(Level level, ResourceBundle bundle, String message, Throwable thrown) {
        if (isLoggable(level)) {
            StandardError.PROCESS.write(LogLines.of(level, message, thrown));
        }
    }

    @Override
    public void log(Level level, ResourceBundle bundle, String format, Object... values) {
        if (isLoggable(level)) {
            String message = values == null || values.length == 0 ? format : MessageFormat.format(format, values);
            StandardError.PROCESS.write(LogLines.of(level, message, null));
        }
    }
}
