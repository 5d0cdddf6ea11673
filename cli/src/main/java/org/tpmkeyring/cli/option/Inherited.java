// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.option;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** Lets an option be given before or after the command: the nearest one wins. */
final class Inherited {
    private Inherited() {}

    /** The value given to an option on a command line or on one above it; null where there is none. */
    static <T> T value(Class<T> type, CommandSpec command, String option) {
        for (CommandSpec spec = command; spec != null; spec = spec.parent()) {
            OptionSpec found = spec.findOption(option);
            Object value = found == null ? null : found.getValue();
            if (value != null) {
                return type.cast(value);
            }
        }
        return null;
    }

    /** Whether a flag was given anywhere on the line. */
    static boolean flag(CommandSpec command, String option) {
        for (CommandSpec spec = command; spec != null; spec = spec.parent()) {
            OptionSpec found = spec.findOption(option);
            if (found != null && Boolean.TRUE.equals(found.getValue())) {
                return true;
            }
        }
        return false;
    }
}
