// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.concurrent;

import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** One thread that does work when it is due, one piece after the other. */
public final class Timer implements Later, AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Timer.class.getName());

    private final ScheduledThreadPoolExecutor executor;

    /**
     * @param name of the thread, at most 15 characters
     */
    public Timer(String name) {
        executor = new ScheduledThreadPoolExecutor(1, work -> {
            Thread thread = new Thread(null, work, name, 0);
            thread.setDaemon(true);
            return thread;
        });
        executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    @Override
    public void run(Duration delay, Runnable work) {
        try {
            ScheduledFuture<?> due = executor.schedule(() -> logged(work), delay.toNanos(), TimeUnit.NANOSECONDS);
            assert due != null;
        } catch (RejectedExecutionException e) {
            LOG.log(System.Logger.Level.DEBUG, "nothing is begun any more", e);
        }
    }

    private static void logged(Runnable work) {
        try {
            work.run();
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.ERROR, "delayed work failed", e);
        }
    }

    /** Lets the work under way end, begins no more. */
    @Override
    public void close() {
        executor.shutdown();
    }
}
