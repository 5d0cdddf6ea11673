// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.output;

import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;

/** Points in time for people; apart from {@link Words} since java.time is slow to load. */
public final class Times {
    private Times() {}

    /** {@code 2026-11-23 06:17} in the zone of the machine. */
    public static String of(long epochSeconds) {
        ZonedDateTime time = Instant.ofEpochSecond(epochSeconds).atZone(ZoneId.systemDefault());
        return time.toLocalDate() + " " + two(time.getHour()) + ":" + two(time.getMinute());
    }

    private static String two(int number) {
        return (number < 10 ? "0" : "") + number;
    }
}
