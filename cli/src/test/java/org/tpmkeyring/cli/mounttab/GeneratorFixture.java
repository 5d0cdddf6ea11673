// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.mounttab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.tpmkeyring.testing.Requires;

/** The generator, run on a table and a crypttab of a test; and systemd's opinion of what comes out. */
abstract class GeneratorFixture {
    private static final Path GENERATOR =
            Path.of("../systemd/tpm-keyring-generator").toAbsolutePath();

    @TempDir
    Path temporary;

    Path units;
    final Map<String, String> surroundings = new TreeMap<>();

    @BeforeEach
    void toolsAreThere() throws IOException {
        Requires.command("systemd-escape");
        Requires.command("systemd-analyze");
        units = Files.createDirectory(temporary.resolve("units"));
        surroundings.put("TPM_KEYRING_ROOT", temporary.resolve("root").toString());
        surroundings.put("TPM_KEYRING_KMSG", temporary.resolve("kmsg").toString());
        surroundings.put("TPM_KEYRING_MOUNTTAB", temporary.resolve("mounttab").toString());
        surroundings.put("SYSTEMD_CRYPTTAB", temporary.resolve("crypttab").toString());
        surroundings.put("SYSTEMD_PROC_CMDLINE", "BOOT_IMAGE=/vmlinuz root=/dev/vda quiet");
    }

    record Ran(int status, String out, String err) {}

    Ran run(String... words) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(words).directory(temporary.toFile());
        builder.environment().putAll(surroundings);
        Path err = temporary.resolve("stderr");
        Process process = builder.redirectError(err.toFile()).start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Ran(process.waitFor(), out, Files.readString(err));
    }

    /** The lines of the kernel log that the generator wrote. */
    List<String> generate(String mounttab, String crypttab) throws IOException, InterruptedException {
        Files.writeString(temporary.resolve("mounttab"), mounttab);
        Files.writeString(temporary.resolve("crypttab"), crypttab);
        Ran ran = run(GENERATOR.toString(), units.toString(), units.toString(), units.toString());
        assertThat(ran.err()).isEmpty();
        assertThat(ran.status()).isZero();
        assertThat(temporary.resolve("pwned")).doesNotExist();
        Path kmsg = temporary.resolve("kmsg");
        return Files.exists(kmsg) ? Files.readAllLines(kmsg, StandardCharsets.ISO_8859_1) : List.of();
    }

    String escaped(String path) throws IOException, InterruptedException {
        return run("systemd-escape", "--path", "--suffix=mount", "--", path)
                .out()
                .strip();
    }

    String unit(String name) throws IOException {
        return Files.readString(units.resolve(name));
    }

    /** Units that those of the generator name. */
    void standIns() throws IOException {
        for (String name :
                List.of("tpm-keyring-boot.service", "tpm-keyring-close.service", "keyringd-cryptsetup.socket")) {
            Files.writeString(
                    units.resolve(name),
                    "[Unit]\nDefaultDependencies=no\n"
                            + (name.endsWith("socket")
                                    ? "[Socket]\nService=tpm-keyring-boot.service\nListenStream=/run/x\n"
                                    : "[Service]\nExecStart=/bin/true\n"));
        }
        surroundings.put("SYSTEMD_UNIT_PATH", units + ":");
    }

    /** What systemd has to say of all units made, with stand-ins for those they name. */
    String verify() throws IOException, InterruptedException {
        standIns();
        List<String> words = new ArrayList<>(List.of("systemd-analyze", "verify", "--man=no"));
        try (Stream<Path> all = Files.list(units)) {
            all.filter(file -> file.toString().endsWith(".mount")
                            || file.toString().contains("zfs@"))
                    .forEach(file -> words.add(file.toString()));
        }
        return run(words.toArray(String[]::new))
                .err()
                .lines()
                .filter(line ->
                        line.contains("tpm-keyring") || line.contains(units.toString()) || line.contains(".mount"))
                .filter(line -> !line.contains("Command /usr/bin/tpm-keyring is not executable"))
                .reduce("", (text, line) -> text + line + "\n");
    }

    List<String> names() throws IOException {
        try (Stream<Path> all = Files.list(units)) {
            return all.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    void deleteUnits() throws IOException {
        try (Stream<Path> all = Files.walk(units)) {
            for (Path file : all.sorted(java.util.Comparator.reverseOrder()).toList()) {
                if (!file.equals(units)) {
                    Files.delete(file);
                }
            }
        }
    }
}
