// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.client;

import java.time.Duration;

/**
 * Watches one wait at a time. A thread of its own, because a blocking read of a unix socket has no
 * timeout in the JDK and closing the channel from elsewhere is what ends it; a selector would do too,
 * at the price of more classes on the way of every {@code list}.
 */
final class Watchdog implements AutoCloseable {
    private static final Duration SLOW = Duration.ofSeconds(1);

    private final Waiting waiting;
    private final Runnable expire;
    private Thread thread;
    private boolean armed;
    private boolean closed;
    private boolean toldSlow;
    private boolean expired;
    private long slowAtNanos;
    private long deadlineNanos;

    /**
     * @param expire ends the wait; called once, on the watchdog's thread
     */
    Watchdog(Waiting waiting, Runnable expire) {
        this.waiting = waiting;
        this.expire = expire;
    }

    /** Starts the clock of the next wait. */
    synchronized void arm(Duration limit) {
        long now = System.nanoTime();
        armed = true;
        slowAtNanos = now + SLOW.toNanos();
        deadlineNanos = now + limit.toNanos();
        if (thread == null) {
            thread = new Thread(this::watch, "watchdog");
            thread.setDaemon(true);
            thread.start();
        }
        notifyAll();
    }

    /** Stops the clock: the answer is there, or a person is thinking. */
    synchronized void rest() {
        armed = false;
        if (toldSlow) {
            toldSlow = false;
            waiting.over();
        }
        notifyAll();
    }

    /** Whether the deadline was what ended the wait. */
    synchronized boolean expired() {
        return expired;
    }

    private synchronized void watch() {
        try {
            while (!closed && !expired) {
                wait(untilNextEventMillis());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Does what is due and returns the time until the next event; 0, which is for ever, while at rest. */
    private long untilNextEventMillis() {
        if (!armed) {
            return 0;
        }
        long now = System.nanoTime();
        if (now - deadlineNanos >= 0) {
            expired = true;
            expire.run();
            return 1;
        }
        if (!toldSlow && now - slowAtNanos >= 0) {
            toldSlow = true;
            waiting.slow();
        }
        long next = toldSlow ? deadlineNanos : Math.min(slowAtNanos, deadlineNanos);
        return Math.max(1, Duration.ofNanos(next - now).toMillis() + 1);
    }

    @Override
    public synchronized void close() {
        rest();
        closed = true;
        notifyAll();
    }
}
