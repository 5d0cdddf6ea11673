// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.service;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.tpmkeyring.key.KeyRecord;
import org.tpmkeyring.protocol.value.KeyName;
import org.tpmkeyring.target.Opens;

/**
 * Which volumes were looked at of late and found to be the ones that their keys were made for. A clock that
 * nobody sets is used: at boot the time of day jumps.
 */
final class CheckedVolumes {
    /** How long a check holds: from the start of a volume's unit to its question for the key. */
    static final Duration HOLDS = Duration.ofMinutes(2);

    private final LongSupplier nanoTime;
    private final Map<KeyName, Check> checks = new ConcurrentHashMap<>();

    /**
     * @param nanoTime a clock such as {@link System#nanoTime()}
     */
    CheckedVolumes(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    private record Check(String identity, long nanos) {}

    /** The volume of this key was the right one just now. */
    void passed(KeyRecord key) {
        checks.put(key.name(), new Check(identity(key), nanoTime.getAsLong()));
    }

    /** The volume of this key was another one just now. */
    void failed(KeyRecord key) {
        checks.remove(key.name());
    }

    /** Whether the key may be used. */
    boolean holds(KeyRecord key) {
        Check check = checks.get(key.name());
        return check != null
                && check.identity().equals(identity(key))
                && nanoTime.getAsLong() - check.nanos() <= HOLDS.toNanos();
    }

    /** The identity of the volume that a key was made for. */
    static String identity(KeyRecord key) {
        return Opens.of(key).flatMap(volume -> volume.identity()).orElse("");
    }
}
