// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.daemon;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.tpmkeyring.concurrent.Pulse;
import org.tpmkeyring.systemd.Notifier;

/**
 * Says that the daemon is alive, twice in the service manager's watchdog time, as long as the threads that make
 * native calls answer. The one that has been silent for the whole of that time hangs: then nothing is said any
 * more, and the service manager ends the daemon and starts another. So a call that takes less than WatchdogSec=,
 * such as a slow TPM's, never costs the daemon its life; callers gave up long before (30 s for the TPM).
 */
final class Watchdog implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Watchdog.class.getName());

    private final Notifier notifier;
    private final Duration time;
    private final Map<String, Pulse> pulses;
    private final Supplier<String> status;
    private final CountDownLatch closed = new CountDownLatch(1);
    private boolean hanging;

    private Watchdog(Notifier notifier, Duration time, Map<String, Pulse> pulses, Supplier<String> status) {
        this.notifier = notifier;
        this.time = time;
        this.pulses = Map.copyOf(pulses);
        this.status = status;
    }

    /**
     * Begins at once, where the service manager has a watchdog.
     *
     * @param pulses by the name of what is watched, such as {@code TPM thread}
     * @param status line for {@code systemctl status}; must not block
     */
    static Optional<Watchdog> start(Notifier notifier, Map<String, Pulse> pulses, Supplier<String> status) {
        return notifier.watchdog().map(time -> {
            Watchdog watchdog = new Watchdog(notifier, time, pulses, status);
            Thread thread = new Thread(watchdog::watch, "watchdog");
            thread.setDaemon(true);
            thread.start();
            return watchdog;
        });
    }

    private void watch() {
        try {
            do {
                look();
            } while (!closed.await(time.dividedBy(2).toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void look() {
        Optional<String> hung = pulses.entrySet().stream()
                .filter(pulse -> pulse.getValue().silence().compareTo(time) >= 0)
                .map(Map.Entry::getKey)
                .findFirst();
        if (hung.isPresent()) {
            String finding = "the " + hung.get() + " has not answered for " + time.toSeconds() + " s";
            notifier.status(finding);
            tell(true, System.Logger.Level.ERROR, finding + ", no longer telling the service manager that all is well");
        } else {
            notifier.alive(status.get());
            tell(false, System.Logger.Level.INFO, "the thread that did not answer goes on");
        }
    }

    /** Once for each change. */
    private void tell(boolean hangs, System.Logger.Level level, String message) {
        if (hanging != hangs) {
            LOG.log(level, message);
        }
        hanging = hangs;
    }

    @Override
    public void close() {
        closed.countDown();
    }
}
