// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.testing;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.tpmkeyring.cli.client.Patience;

/** Time goes by in pauses alone, and these take none. */
public final class FastPatience {
    private final AtomicLong nanos = new AtomicLong();
    private final Consumer<Duration> during;

    public FastPatience() {
        this(time -> {});
    }

    /**
     * @param during told the time that has gone by, in every pause
     */
    public FastPatience(Consumer<Duration> during) {
        this.during = during;
    }

    /** For a client. */
    public Patience patience() {
        return new Patience(nanos::get, time -> during.accept(Duration.ofNanos(nanos.addAndGet(time.toNanos()))));
    }
}
