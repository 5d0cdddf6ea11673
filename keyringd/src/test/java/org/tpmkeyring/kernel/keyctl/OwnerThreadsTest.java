// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.kernel.keyctl;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.tpmkeyring.kernel.KernelException;

final class OwnerThreadsTest {
    private static final int CALLERS = 12;
    private static final Duration DEADLINE = Duration.ofSeconds(20);

    private final OwnerThreads threads = new OwnerThreads();
    private final CountDownLatch begun = new CountDownLatch(4);
    private final CountDownLatch goOn = new CountDownLatch(1);

    private int call() {
        try {
            return threads.run(FileSystemIdentity.daemon(), DEADLINE, () -> {
                begun.countDown();
                await(goOn);
                return 1;
            });
        } catch (KernelException e) {
            return 0;
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void manyCallsAtOnceWaitForTheirTurn() {
        ExecutorService pool = Executors.newFixedThreadPool(CALLERS);
        try {
            List<CompletableFuture<Integer>> calls = new ArrayList<>();
            for (int i = 0; i < CALLERS; i++) {
                calls.add(CompletableFuture.supplyAsync(this::call, pool));
            }
            await(begun);
            goOn.countDown();

            assertThat(calls.stream().mapToInt(CompletableFuture::join).sum()).isEqualTo(CALLERS);
        } finally {
            pool.shutdownNow();
        }
    }
}
