// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.output;

import java.util.Map;

/** Colours, sparse: only where something is good, needs care or is broken. */
public enum Style {
    PLAIN,
    COLOURED;

    /**
     * Coloured on a terminal that is not dumb, unless NO_COLOR is set to anything (no-color.org).
     *
     * @param terminal whether the stream is one
     */
    public static Style of(boolean terminal, Map<String, String> environment) {
        boolean refused = !environment.getOrDefault("NO_COLOR", "").isEmpty()
                || "dumb".equals(environment.getOrDefault("TERM", "dumb"));
        return terminal && !refused ? COLOURED : PLAIN;
    }

    public String good(String text) {
        return paint("32", text);
    }

    public String care(String text) {
        return paint("33", text);
    }

    public String bad(String text) {
        return paint("1;31", text);
    }

    public String heading(String text) {
        return paint("1", text);
    }

    private String paint(String code, String text) {
        return this == PLAIN ? text : "\u001b[" + code + "m" + text + "\u001b[0m";
    }
}
