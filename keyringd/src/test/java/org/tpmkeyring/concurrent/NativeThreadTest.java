// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.concurrent;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
final class NativeThreadTest {
    private static final Duration LONG = Duration.ofSeconds(20);
    private static final Duration ANSWERS = Duration.ofMillis(100);

    private static void pause(long millis) throws InterruptedException {
        TimeUnit.MILLISECONDS.sleep(millis);
    }

    private static void block(NativeThread thread, CountDownLatch until) {
        Thread caller = new Thread(() -> {
            try {
                boolean done = thread.<Boolean, InterruptedException>call(
                        InterruptedException.class, LONG, () -> until.await(LONG.toSeconds(), TimeUnit.SECONDS));
                assertThat(done).isTrue();
            } catch (TimeoutException | InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        caller.setDaemon(true);
        caller.start();
    }

    @Test
    void anIdleThreadIsNeverSilent() throws Exception {
        try (NativeThread thread = new NativeThread("test")) {
            for (int i = 0; i < 3; i++) {
                assertThat(thread.silence()).isLessThan(ANSWERS);
                pause(150);
            }
        }
    }

    @Test
    void aCallThatTakesLongIsSilenceAndItsEndIsNot() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        try (NativeThread thread = new NativeThread("test")) {
            block(thread, end);
            pause(50);
            assertThat(thread.silence()).isLessThan(ANSWERS);
            pause(300);
            assertThat(thread.silence()).isBetween(Duration.ofMillis(290), Duration.ofSeconds(5));
            pause(300);
            assertThat(thread.silence()).isBetween(Duration.ofMillis(590), Duration.ofSeconds(5));
            end.countDown();
            pause(100);
            assertThat(thread.silence()).isLessThan(ANSWERS);
        }
    }

    /** Four calls of 200 ms keep the thread for 800 ms, and it moves all the time. */
    @Test
    void manyCallsInARowAreNoSilence() throws Exception {
        try (NativeThread thread = new NativeThread("test")) {
            for (int i = 0; i < 4; i++) {
                new Thread(() -> {
                            try {
                                boolean done = thread.<Boolean, InterruptedException>call(
                                        InterruptedException.class, LONG, () -> {
                                            pause(200);
                                            return true;
                                        });
                                assertThat(done).isTrue();
                            } catch (TimeoutException | InterruptedException e) {
                                throw new IllegalStateException(e);
                            }
                        })
                        .start();
            }
            pause(50);
            assertThat(thread.silence()).isLessThan(ANSWERS);
            pause(650);
            assertThat(thread.silence()).isLessThan(Duration.ofMillis(500));
        }
    }

    @Test
    void aClosedThreadIsNotWaitedFor() throws Exception {
        NativeThread thread = new NativeThread("test");
        thread.close();
        assertThat(thread.silence()).isLessThan(ANSWERS);
        pause(150);
        assertThat(thread.silence()).isLessThan(ANSWERS);
    }
}
