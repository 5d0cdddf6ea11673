// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.tpm.esys;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/**
 * How often and how long one operation has been tried again, for each reason apart. Pure: time and chance
 * are given to it.
 */
final class RetryBudget {
    private final LongSupplier nanoClock;
    private final RandomGenerator random;
    private final Map<Reaction, Spent> spent = new EnumMap<>(Reaction.class);

    private record Spent(long sinceNanos, int tries) {}

    /**
     * @param nanoClock such as {@code System::nanoTime}
     * @param random spreads the pauses, so that two programs do not stay in step
     */
    RetryBudget(LongSupplier nanoClock, RandomGenerator random) {
        this.nanoClock = nanoClock;
        this.random = random;
    }

    /** The pause before the next try, or nothing when it is time to give up. */
    Optional<Duration> next(Reaction reaction) {
        long now = nanoClock.getAsLong();
        Spent before = spent.getOrDefault(reaction, new Spent(now, 0));
        if (before.tries() >= reaction.tries()
                || now - before.sinceNanos() >= reaction.total().toNanos()) {
            return Optional.empty();
        }
        spent.put(reaction, new Spent(before.sinceNanos(), before.tries() + 1));
        return Optional.of(pause(reaction, before.tries()));
    }

    private Duration pause(Reaction reaction, int triesBefore) {
        long longest = reaction.longestPause().toNanos();
        long first = reaction.firstPause().toNanos();
        long doubled = triesBefore >= 32 ? longest : Math.min(longest, first << triesBefore);
        return Duration.ofNanos(doubled == 0 ? 0 : doubled - random.nextLong(doubled / 4 + 1));
    }
}
