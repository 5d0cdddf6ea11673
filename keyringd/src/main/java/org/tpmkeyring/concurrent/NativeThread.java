// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.concurrent;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;

/**
 * One platform thread that makes all calls of one native interface: an ESYS context is not safe for two
 * threads, and credentials and thread keyrings belong to a thread. Calls run in the order they come.
 */
public final class NativeThread implements AutoCloseable, Pulse {
    private static final Duration SHUTDOWN_GRACE = Duration.ofSeconds(5);

    private final ExecutorService executor;
    private final LongSupplier nanoTime;

    /** When the thread last began or ended something. */
    private final AtomicLong movedNanos;

    /** When it was asked for the sign of life that it has not given yet. */
    private final AtomicReference<Optional<Long>> askedNanos = new AtomicReference<>(Optional.empty());

    /**
     * @param name of the thread, as in {@code /proc/PID/task/TID/comm}; at most 15 characters
     */
    public NativeThread(String name) {
        this(name, System::nanoTime);
    }

    /**
     * @param nanoTime as {@link System#nanoTime}
     */
    NativeThread(String name, LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        movedNanos = new AtomicLong(nanoTime.getAsLong());
        executor = Executors.newSingleThreadExecutor(work -> {
            Thread thread = new Thread(null, work, name, 0);
            thread.setDaemon(true);
            return thread;
        });
    }

    /** Work with one kind of checked exception. */
    @FunctionalInterface
    public interface Work<T, E extends Exception> {
        T run() throws E;
    }

    /**
     * Runs work on the thread and waits for it. A result that comes after the deadline is closed if it can be,
     * so that a late secret is wiped.
     *
     * @throws TimeoutException when it is not done within the deadline; the work goes on
     * @throws IllegalStateException when the thread is closed or the caller was interrupted
     */
    public <T, E extends Exception> T call(Class<E> failure, Duration deadline, Work<T, E> work)
            throws E, TimeoutException {
        Abandonable<T, E> task = new Abandonable<>(work);
        try {
            executor.execute(task);
            return task.get(deadline.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            task.abandon();
            throw e;
        } catch (InterruptedException e) {
            task.abandon();
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for a native call", e);
        } catch (RejectedExecutionException e) {
            throw new IllegalStateException("the native thread is closed", e);
        } catch (ExecutionException e) {
            if (failure.isInstance(e.getCause())) {
                throw failure.cast(e.getCause());
            }
            if (e.getCause() instanceof RuntimeException bug) {
                throw bug;
            }
            throw new IllegalStateException("a native call failed", e.getCause());
        }
    }

    /**
     * A call that takes long counts as silence, whether somebody still waits for it or not; calls that follow each
     * other do not, however many are waiting.
     */
    @Override
    public Duration silence() {
        long now = nanoTime.getAsLong();
        if (askedNanos.compareAndSet(Optional.empty(), Optional.of(now))) {
            ask();
        }
        return askedNanos
                .get()
                .map(asked -> Duration.ofNanos(Math.max(0, Math.min(now - asked, now - movedNanos.get()))))
                .orElse(Duration.ZERO);
    }

    private void ask() {
        try {
            executor.execute(() -> askedNanos.set(Optional.empty()));
        } catch (RejectedExecutionException closed) {
            askedNanos.set(Optional.empty());
        }
    }

    private void moved() {
        movedNanos.set(nanoTime.getAsLong());
    }

    /** Waits a little for the call under way, then lets the thread go. Throws nothing. */
    @Override
    public void close() {
        executor.shutdown();
        try {
            if (!executor.awaitTermination(SHUTDOWN_GRACE.toMillis(), TimeUnit.MILLISECONDS)) {
                executor.shutdownNow();
            }
        } catch (InterruptedException e) {
            executor.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }

    /** A task whose caller may have gone away by the time it is done. */
    private final class Abandonable<T, E extends Exception> extends FutureTask<T> {
        private boolean abandoned;

        Abandonable(Work<T, E> work) {
            super(work::run);
        }

        @Override
        public void run() {
            moved();
            super.run();
            moved();
        }

        synchronized void abandon() {
            abandoned = true;
            dispose();
        }

        @Override
        protected synchronized void done() {
            dispose();
        }

        private void dispose() {
            if (!abandoned || !isDone()) {
                return;
            }
            try {
                if (get() instanceof AutoCloseable result) {
                    result.close();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (Exception e) {
                System.getLogger(NativeThread.class.getName())
                        .log(System.Logger.Level.DEBUG, "an abandoned call failed", e);
            }
        }
    }
}
