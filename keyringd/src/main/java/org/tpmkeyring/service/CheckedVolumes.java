// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.service;

import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import org.tpmkeyring.key.KeyRecord;
import org.tpmkeyring.target.Opens;

/**
 * Which volumes were looked at of late and found to be the ones that their keys were made for. A clock that
 * nobody sets is used: at boot the time of day jumps. A daemon that is started again, between a volume's check and its
 * question for the key, knows what the one before it found.
 */
final class CheckedVolumes {
    /** How long a check holds: from the start of a volume's unit to its question for the key. */
    static final Duration HOLDS = Duration.ofMinutes(2);

    private static final String NAME = "name";
    private static final String IDENTITY = "identity";
    private static final String NANOS = "nanos";

    private final LongSupplier nanoTime;
    private final RuntimeList list;
    private final Map<String, Check> checks = new TreeMap<>();

    /**
     * @param nanoTime a clock such as {@link System#nanoTime()}, the same for every process of a boot
     */
    CheckedVolumes(LongSupplier nanoTime, RuntimeList list) {
        this.nanoTime = nanoTime;
        this.list = list;
        list.read().forEach(this::remember);
    }

    private record Check(String identity, long nanos) {}

    private void remember(Map<?, ?> entry) {
        if (entry.get(NAME) instanceof String name
                && entry.get(IDENTITY) instanceof String identity
                && entry.get(NANOS) instanceof Number nanos) {
            checks.put(name, new Check(identity, nanos.longValue()));
        }
    }

    /** The volume of this key was the right one just now. */
    synchronized void passed(KeyRecord key) {
        checks.put(key.name().text(), new Check(identity(key), nanoTime.getAsLong()));
        write();
    }

    /** The volume of this key was another one just now. */
    synchronized void failed(KeyRecord key) {
        if (checks.remove(key.name().text()) != null) {
            write();
        }
    }

    private void write() {
        checks.values().removeIf(check -> !isRecent(check));
        list.write(checks.entrySet().stream()
                .map(entry -> Map.<String, Object>of(
                        NAME, entry.getKey(),
                        IDENTITY, entry.getValue().identity(),
                        NANOS, entry.getValue().nanos()))
                .toList());
    }

    /** Whether the key may be used. */
    synchronized boolean holds(KeyRecord key) {
        Check check = checks.get(key.name().text());
        return check != null && check.identity().equals(identity(key)) && isRecent(check);
    }

    /** One of the time to come is none: the clock begins anew with each boot. */
    private boolean isRecent(Check check) {
        long age = nanoTime.getAsLong() - check.nanos();
        return age >= 0 && age <= HOLDS.toNanos();
    }

    /** The identity of the volume that a key was made for. */
    static String identity(KeyRecord key) {
        return Opens.of(key).flatMap(volume -> volume.identity()).orElse("");
    }
}
