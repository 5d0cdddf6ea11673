// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.service;

import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Points in time in sentences. */
final class LocalTimes {
    private static final DateTimeFormatter FORMAT = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm", Locale.ROOT);

    private LocalTimes() {}

    /** {@code 2026-11-23 06:17} in the zone of the machine. */
    static String of(long epochSeconds) {
        return FORMAT.format(Instant.ofEpochSecond(epochSeconds).atZone(ZoneId.systemDefault()));
    }
}
