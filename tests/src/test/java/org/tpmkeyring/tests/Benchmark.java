// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.tests;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.tpmkeyring.protocol.api.Lock;
import org.tpmkeyring.protocol.api.Unlock;
import org.tpmkeyring.protocol.wire.ReplyMessage;
import org.tpmkeyring.testing.TpmRelay;

/**
 * Takes the project's numbers and prints them as one table, beside the goals. {@code tests/bench/run} starts it.
 *
 * <p>Arguments: the program of the bare ESYS baseline, and the wall time of the last {@code ./verify} in words;
 * either may be empty.
 */
final class Benchmark {
    private static final int WARM_UP = 60;
    private static final int RUNS = 300;
    private static final int STARTS = 11;
    private static final int LISTS = 25;

    private Benchmark() {}

    public static void main(String[] arguments) throws Exception {
        row("what", "measured", "goal");
        row("---", "---", "---");
        commands();
        double baseline = baseline(arguments[0]);
        unlocks(baseline);
        starts();
        lists();
        row("./verify", arguments[1].isEmpty() ? "not run since the last clean" : arguments[1], "< 20 min");
    }

    private static void row(String what, String measured, String goal) {
        System.out.printf(Locale.ROOT, "| %-44s | %-44s | %-26s |%n", what, measured, goal);
    }

    private static void commands() throws IOException {
        try (Machine machine = Machine.withoutDaemon();
                TpmRelay relay = TpmRelay.before(machine.tpm())) {
            machine.startDaemon(relay.tcti());
            machine.cli().makeVault(machine.file("recovery")).ok();
            relay.forget();
            machine.cli()
                    .run("add", machine.unique("k"), "--target=user", "--generate")
                    .ok();
            row(
                    "TPM commands of an add to a vault",
                    Integer.toString(relay.exchanges().size()),
                    "-");
            machine.cli().run("lock").ok();
            relay.forget();
            machine.cli().run("unlock").ok();
            row("TPM commands of an unlock", Integer.toString(relay.exchanges().size()), "<= 5");
            relay.forget();
            machine.cli().run("unlock").ok();
            row(
                    "TPM commands when all is in place",
                    Integer.toString(relay.exchanges().size()),
                    "0");
        }
    }

    /** Median of the five bare ESYS calls from C, NaN where there is no such program. */
    private static double baseline(String program) throws IOException {
        if (program.isEmpty()) {
            row("five ESYS calls from C", "not built", "-");
            return Double.NaN;
        }
        try (Machine machine = Machine.withoutDaemon()) {
            Outcome outcome = Program.of(program, machine.tpm().tcti(), Integer.toString(RUNS))
                    .run()
                    .ok();
            double median = number(outcome.text(), "p50_ms");
            row(
                    "five ESYS calls from C",
                    String.format(
                            Locale.ROOT,
                            "p50 %.1f ms, p99 %.1f ms (n=%d)",
                            median,
                            number(outcome.text(), "p99_ms"),
                            RUNS),
                    "-");
            return median;
        }
    }

    private static double number(String json, String name) throws IOException {
        Matcher member = Pattern.compile("\"" + name + "\":([0-9.]+)").matcher(json);
        if (!member.find()) {
            throw new IOException("no " + name + " in " + json);
        }
        return Double.parseDouble(member.group(1));
    }

    private static void unlocks(double baseline) throws Exception {
        double one = 0;
        for (int keys : List.of(1, 10, 100)) {
            try (Machine machine = Machine.start()) {
                if (keys == 1) {
                    row("memory of the daemon, just started", memory(machine), "RSS <= 48 MiB");
                }
                machine.cli().makeVault(machine.file("recovery")).ok();
                if (keys == 1) {
                    row("memory of the daemon, idle after first use", memory(machine), "RSS <= 48 MiB");
                }
                for (int i = 0; i < keys; i++) {
                    machine.cli()
                            .run("add", machine.unique("k") + "-" + i, "--target=user", "--generate")
                            .ok();
                }
                Samples samples = unlocks(machine);
                String goal = keys == 1
                        ? String.format(Locale.ROOT, "p50 <= %.1f ms, p99 <= %.1f ms", 1.3 * baseline, 4 * baseline)
                        : keys == 100 ? String.format(Locale.ROOT, "p50 <= %.1f ms", 2 * one) : "-";
                one = keys == 1 ? samples.median() : one;
                row("unlock, warm, " + keys + (keys == 1 ? " key" : " keys"), samples.toString(), goal);
                if (keys == 100) {
                    row("memory of the daemon after these unlocks", memory(machine), "peak <= 64 MiB");
                }
            }
        }
    }

    /** From a resident client: the time from the call to the reply, at which the keys are in the keyring. */
    private static Samples unlocks(Machine machine) throws Exception {
        try (RawConnection connection = new RawConnection(machine.socket())) {
            return Samples.of(
                    WARM_UP,
                    RUNS,
                    () -> succeed(connection.call(Lock.METHOD.qualifiedName(), Map.of(), false)),
                    () -> succeed(connection.call(Unlock.METHOD.qualifiedName(), Map.of(), false)));
        }
    }

    private static void succeed(ReplyMessage reply) throws IOException {
        if (reply.error().isPresent()) {
            throw new IOException(reply.error().get());
        }
    }

    private static String memory(Machine machine) throws IOException {
        Path folder = Path.of("/proc", Long.toString(machine.daemon().pid()));
        return String.format(
                Locale.ROOT,
                "RSS %d MiB, PSS %d MiB, peak %d MiB",
                mebibytes(folder.resolve("smaps_rollup"), "Rss:"),
                mebibytes(folder.resolve("smaps_rollup"), "Pss:"),
                mebibytes(folder.resolve("status"), "VmHWM:"));
    }

    private static long mebibytes(Path file, String key) throws IOException {
        String line = Files.readAllLines(file).stream()
                .filter(text -> text.startsWith(key))
                .findFirst()
                .orElseThrow(() -> new IOException(file + " has no " + key));
        return Math.round(Long.parseLong(line.replaceAll("\\D", "")) / 1024.0);
    }

    private static void starts() throws Exception {
        try (Machine machine = Machine.withoutDaemon()) {
            Samples samples = Samples.of(
                    2,
                    STARTS,
                    () -> {
                        if (machine.daemon() != null) {
                            machine.daemon().stop();
                        }
                    },
                    machine::startDaemon);
            row("daemon, start to ready", samples.toString(), "<= 500 ms");
        }
    }

    private static void lists() throws Exception {
        try (Machine machine = Machine.start()) {
            machine.cli().makeVault(machine.file("recovery")).ok();
            machine.cli()
                    .run("add", machine.unique("k"), "--target=user", "--generate")
                    .ok();
            row("tpm-keyring list", list(machine, Dist.root()).toString(), "<= 170 ms");
            Path bare = Folder.fresh("without-archive-");
            try {
                Program.of("cp", "-a", Dist.root() + "/.", bare.toString())
                        .run()
                        .ok();
                Program.of("sh", "-c", "rm \"$1\"/lib/*.jsa", "sh", bare.toString())
                        .run()
                        .ok();
                row("tpm-keyring list, without its archive", list(machine, bare).toString(), "-");
            } finally {
                Folder.delete(bare);
            }
        }
    }

    private static Samples list(Machine machine, Path dist) throws Exception {
        Program list = Program.of(dist.resolve("bin/tpm-keyring").toString(), "--socket=" + machine.socket(), "list");
        return Samples.of(3, LISTS, () -> {}, () -> list.run().ok());
    }
}
