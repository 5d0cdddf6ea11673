// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.tests;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.DoubleStream;
import org.tpmkeyring.protocol.api.Lock;
import org.tpmkeyring.protocol.api.Unlock;
import org.tpmkeyring.protocol.wire.ReplyMessage;

/**
 * How long an unlock takes, beside the same TPM commands from a bare C client. Both take turns at the same software
 * TPM, so that whatever else the machine does slows both.
 */
final class UnlockNumbers {
    private static final int ROUNDS = 6;
    private static final int RUNS_OF_A_ROUND = 50;
    private static final int WARM_UP = 60;
    private static final int SURVIVORS = 1000;
    private static final int EXTEND_EVERY_MILLIS = 50;

    /** A PCR that no vault is sealed to: an extend of it still makes the TPM answer TPM_RC_PCR_CHANGED. */
    private static final int UNBOUND_PCR = 23;

    private UnlockNumbers() {}

    /**
     * Prints the rows.
     *
     * @param baseline program of the bare C client, empty when there is none
     */
    static void print(String baseline) throws Exception {
        double one = 0;
        for (int keys : List.of(1, 10, 100)) {
            try (Machine machine = Machine.start()) {
                machine.cli().makeVault(machine.file("recovery")).ok();
                if (keys == 1) {
                    Benchmark.row("memory of the daemon, idle", Benchmark.memory(machine), "RSS <= 48 MiB");
                }
                for (int i = 0; i < keys; i++) {
                    machine.cli()
                            .run("add", machine.unique("k") + "-" + i, "--target=user", "--generate")
                            .ok();
                }
                one = alternately(machine, baseline, keys, one);
                if (keys == 1) {
                    underExtends(machine);
                }
                if (keys == 100) {
                    Benchmark.row("memory of the daemon after that", Benchmark.memory(machine), "peak <= 64 MiB");
                }
            }
        }
    }

    /** @return median with one key */
    private static double alternately(Machine machine, String baseline, int keys, double one) throws Exception {
        List<Samples> ours = new ArrayList<>();
        List<Samples> theirs = new ArrayList<>();
        try (RawConnection connection = new RawConnection(machine.socket())) {
            for (int round = 0; round < ROUNDS; round++) {
                if (!baseline.isEmpty()) {
                    theirs.add(bare(machine, baseline));
                }
                ours.add(Samples.of(
                        round == 0 ? WARM_UP : 2,
                        RUNS_OF_A_ROUND,
                        () -> succeed(connection.call(Lock.METHOD.qualifiedName(), Map.of(), false)),
                        () -> succeed(connection.call(Unlock.METHOD.qualifiedName(), Map.of(), false))));
            }
        }
        Samples unlocks = together(ours);
        String goal = "-";
        if (theirs.isEmpty()) {
            Benchmark.row("the five ESYS calls from C", "not built", "-");
        } else {
            Samples calls = together(theirs);
            Benchmark.row("the five ESYS calls from C, in turns with", calls.toString(), "-");
            goal = String.format(
                    Locale.ROOT, "p50 <= %.1f ms, p99 <= %.1f ms", 1.3 * calls.median(), 4 * calls.median());
        }
        if (keys == 100) {
            goal = String.format(Locale.ROOT, "p50 <= %.1f ms", 2 * one);
        }
        Benchmark.row("unlock, warm, " + keys + (keys == 1 ? " key" : " keys"), unlocks.toString(), goal);
        return keys == 1 ? unlocks.median() : one;
    }

    private static Samples bare(Machine machine, String baseline) throws IOException {
        Outcome outcome = Program.of(baseline, machine.tpm().tcti(), Integer.toString(RUNS_OF_A_ROUND), "each")
                .run()
                .ok();
        return Samples.of(outcome.text().lines().mapToDouble(Double::parseDouble));
    }

    private static Samples together(List<Samples> series) {
        return Samples.of(series.stream().map(Samples::millis).reduce(DoubleStream.empty(), DoubleStream::concat));
    }

    private static void succeed(ReplyMessage reply) throws IOException {
        if (reply.error().isPresent()) {
            throw new IOException(reply.error().get());
        }
    }

    /** Somebody else measures into a PCR all the time: every unlock must get through all the same. */
    private static void underExtends(Machine machine) throws Exception {
        AtomicInteger extended = new AtomicInteger();
        int survived = 0;
        ScheduledExecutorService somebody = Executors.newSingleThreadScheduledExecutor();
        long start = System.nanoTime();
        try (RawConnection connection = new RawConnection(machine.socket())) {
            ScheduledFuture<?> extending = somebody.scheduleAtFixedRate(
                    () -> {
                        try {
                            machine.tpm().extend(UNBOUND_PCR, 1);
                            extended.incrementAndGet();
                        } catch (IOException e) {
                            throw new IllegalStateException(e);
                        }
                    },
                    0,
                    EXTEND_EVERY_MILLIS,
                    TimeUnit.MILLISECONDS);
            for (int i = 0; i < SURVIVORS; i++) {
                succeed(connection.call(Lock.METHOD.qualifiedName(), Map.of(), false));
                if (connection
                        .call(Unlock.METHOD.qualifiedName(), Map.of(), false)
                        .error()
                        .isEmpty()) {
                    survived++;
                }
            }
            if (extending.isDone()) {
                extending.get();
            }
        } finally {
            somebody.shutdownNow();
            somebody.awaitTermination(10, TimeUnit.SECONDS);
        }
        long every = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start) / Math.max(1, extended.get());
        Benchmark.row(
                "unlocks that survive an extend every " + EXTEND_EVERY_MILLIS + " ms",
                survived + " of " + SURVIVORS + " (" + extended + " extends, one every " + every + " ms)",
                "all");
    }
}
