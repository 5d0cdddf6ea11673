// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.concurrent;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How long the thread is silent, on a clock that the test turns: no machine is too busy for it. */
@Timeout(60)
final class NativeThreadTest {
    private static final Duration LONG = Duration.ofSeconds(40);

    private final AtomicLong clock = new AtomicLong(Long.MAX_VALUE - 7);
    private final NativeThread thread = new NativeThread("test", clock::get);

    private void pass(Duration time) {
        clock.addAndGet(time.toNanos());
    }

    /** A call that has begun and ends when told; {@link #end} returns when the thread is done with it. */
    private final class LongCall {
        private final CountDownLatch begun = new CountDownLatch(1);
        private final CountDownLatch end = new CountDownLatch(1);
        private final Thread caller = new Thread(this::run);

        private void run() {
            try {
                boolean done = thread.<Boolean, InterruptedException>call(InterruptedException.class, LONG, () -> {
                    begun.countDown();
                    return end.await(LONG.toSeconds(), TimeUnit.SECONDS);
                });
                assertThat(done).isTrue();
            } catch (TimeoutException | InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }

        LongCall ask() {
            caller.setDaemon(true);
            caller.start();
            return this;
        }

        LongCall awaitBegin() throws InterruptedException {
            assertThat(begun.await(LONG.toSeconds(), TimeUnit.SECONDS)).isTrue();
            return this;
        }

        void end() throws InterruptedException {
            end.countDown();
            caller.join(LONG.toMillis());
        }
    }

    /** Returns once everything that was asked of the thread before is done, signs of life among it. */
    private void settle() throws TimeoutException {
        assertThat(thread.<Integer, IllegalStateException>call(IllegalStateException.class, LONG, () -> 7))
                .isEqualTo(7);
    }

    @Test
    void anIdleThreadIsNeverSilent() throws Exception {
        try (thread) {
            for (int i = 0; i < 3; i++) {
                assertThat(thread.silence()).isZero();
                settle();
                pass(Duration.ofHours(1));
            }
        }
    }

    @Test
    void aCallThatTakesLongIsSilenceAndItsEndIsNot() throws Exception {
        try (thread) {
            LongCall call = new LongCall().ask().awaitBegin();
            assertThat(thread.silence()).isZero();
            pass(Duration.ofSeconds(3));
            assertThat(thread.silence()).isEqualTo(Duration.ofSeconds(3));
            pass(Duration.ofSeconds(4));
            assertThat(thread.silence()).isEqualTo(Duration.ofSeconds(7));
            call.end();
            settle();
            assertThat(thread.silence()).isZero();
        }
    }

    @Test
    void manyCallsInARowAreNoSilence() throws Exception {
        try (thread) {
            LongCall first = new LongCall().ask().awaitBegin();
            LongCall second = new LongCall().ask();
            assertThat(thread.silence()).isZero();
            pass(Duration.ofSeconds(2));
            assertThat(thread.silence()).isEqualTo(Duration.ofSeconds(2));
            first.end();
            second.awaitBegin();
            pass(Duration.ofSeconds(1));
            assertThat(thread.silence()).isLessThanOrEqualTo(Duration.ofSeconds(1));
            second.end();
        }
    }

    @Test
    void aClosedThreadIsNotWaitedFor() {
        thread.close();
        assertThat(thread.silence()).isZero();
        pass(Duration.ofHours(1));
        assertThat(thread.silence()).isZero();
    }
}
