// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.tests;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.tpmkeyring.testing.TpmRelay;

/**
 * Takes the project's numbers and prints them as one table, beside the goals. {@code tests/bench/run} starts it.
 *
 * <p>Arguments: the program of the bare ESYS baseline, and the wall time of the last {@code ./verify} in words;
 * either may be empty.
 */
final class Benchmark {
    private static final int STARTS = 11;
    private static final int LISTS = 25;

    private Benchmark() {}

    public static void main(String[] arguments) throws Exception {
        row("what", "measured", "goal");
        row("---", "---", "---");
        commands();
        UnlockNumbers.print(arguments[0]);
        starts();
        lists();
        row("./verify", arguments[1].isEmpty() ? "not run since the last clean" : arguments[1], "< 20 min");
    }

    /** A row of the table. */
    static void row(String what, String measured, String goal) {
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

    /** What it takes, in words. */
    static String memory(Machine machine) throws IOException {
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
