// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.client;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * How calls are repeated while a daemon that died is started again, which systemd does after two seconds.
 *
 * @param nanoTime a clock that nobody sets, such as {@link System#nanoTime()}
 * @param pause waits
 */
public record Patience(LongSupplier nanoTime, Pause pause) {
    /** Time from the first lost call to the beginning of the last one. */
    public static final Duration LIMIT = Duration.ofSeconds(10);

    private static final Duration BETWEEN = Duration.ofMillis(250);

    /** Lets time go by. */
    @FunctionalInterface
    public interface Pause {
        /**
         * Waits.
         *
         * @throws InterruptedException when nobody wants to wait any more
         */
        void of(Duration time) throws InterruptedException;
    }

    /** That of this machine. */
    public static Patience real() {
        return new Patience(System::nanoTime, time -> Thread.sleep(time.toMillis()));
    }

    /** Repetitions of one call. */
    final class Repetitions {
        private long firstNanos;
        private int count;

        /** Whether the call was sent more than once. */
        boolean any() {
            return count > 0;
        }

        /** Waits until the next one is due; false when it is time to give up. */
        boolean next() {
            long now = nanoTime.getAsLong();
            if (count == 0) {
                firstNanos = now;
            }
            if (now - firstNanos >= LIMIT.toNanos()) {
                return false;
            }
            count++;
            try {
                pause.of(BETWEEN);
                return true;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
    }
}
