// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.command;

import org.tpmkeyring.cli.output.Style;
import org.tpmkeyring.cli.output.Times;
import org.tpmkeyring.protocol.api.DoorInfo;

/** How the door is, in a line. */
final class DoorLine {
    private DoorLine() {}

    static String of(DoorInfo door, Style style) {
        String pcr = door.pcr().map(number -> " (PCR " + number + ")").orElse("");
        String since =
                door.since().map(seconds -> " since " + Times.of(seconds)).orElse("");
        return switch (door.state()) {
            case OFF -> "none: boot vaults open at any time";
            case OPEN -> "open" + pcr + ": boot vaults can be unlocked";
            case INTERRUPTED -> style.care("closing it was interrupted") + pcr;
            case CLOSED -> "closed" + since + pcr + ": boot vaults stay shut";
        };
    }
}
