// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.command;

import org.tpmkeyring.cli.output.Style;

/** The colour of a state: green for usable, yellow for worth a look, red for broken, none for locked. */
final class StatePaint {
    private StatePaint() {}

    static String of(Style style, String state) {
        return switch (state) {
            case "delivered", "unlocked" -> style.good(state);
            case "partial", "partly", "revoked", "expired", "replaced", "unknown" -> style.care(state);
            case "damaged" -> style.bad(state);
            default -> state;
        };
    }
}
