// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.mounttab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tpmkeyring.testing.Requires;

/**
 * The generator, run on tables that no person would write: systemd itself has to understand what it makes,
 * names have to be those of systemd-escape, and its reading of a table that of {@link MountTable}.
 */
final class GeneratorIT {
    private static final Path GENERATOR =
            Path.of("../systemd/tpm-keyring-generator").toAbsolutePath();
    private static final int FUZZED_LINES = 150;

    /** What paths are made of here: everything that a shell, systemd or fstab reads in its own way. */
    private static final String[] PIECES = {
        "a",
        "Z",
        "9",
        "-",
        "--",
        "_",
        ".",
        "..x",
        ",",
        " ",
        "  ",
        "\t",
        "\n",
        "\r",
        "\\",
        "\\\\",
        "'",
        "\"",
        "`",
        "$",
        "$(touch pwned)",
        "`touch pwned`",
        "${HOME}",
        "%",
        "%%",
        "%n",
        "%I",
        "%z",
        ";",
        "#",
        "&",
        "|",
        "*",
        "?",
        "[a]",
        "~",
        "\u0001",
        "\u007f",
        "\u00e4",
        "\u00c1",
        "\u0201",
        "\u20ac",
        "\ud83d\ude00",
        "\\x2d",
        "\\040",
        "=",
        ":",
        "@",
        "!",
        "(",
        ")",
        "<",
        ">",
        "{",
        "}",
        "\u00a0",
        "\u2028"
    };

    @TempDir
    Path temporary;

    private Path units;
    private final Map<String, String> surroundings = new TreeMap<>();

    @BeforeEach
    void toolsAreThere() throws IOException {
        Requires.command("systemd-escape");
        Requires.command("systemd-analyze");
        units = Files.createDirectory(temporary.resolve("units"));
        surroundings.put("TPM_KEYRING_KMSG", temporary.resolve("kmsg").toString());
        surroundings.put("TPM_KEYRING_MOUNTTAB", temporary.resolve("mounttab").toString());
        surroundings.put("SYSTEMD_CRYPTTAB", temporary.resolve("crypttab").toString());
        surroundings.put("SYSTEMD_PROC_CMDLINE", "BOOT_IMAGE=/vmlinuz root=/dev/vda quiet");
    }

    private record Ran(int status, String out, String err) {}

    private Ran run(String... words) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(words).directory(temporary.toFile());
        builder.environment().putAll(surroundings);
        Path err = temporary.resolve("stderr");
        Process process = builder.redirectError(err.toFile()).start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Ran(process.waitFor(), out, Files.readString(err));
    }

    /** The lines of the kernel log that the generator wrote. */
    private List<String> generate(String mounttab, String crypttab) throws IOException, InterruptedException {
        Files.writeString(temporary.resolve("mounttab"), mounttab);
        Files.writeString(temporary.resolve("crypttab"), crypttab);
        Ran ran = run(GENERATOR.toString(), units.toString(), units.toString(), units.toString());
        assertThat(ran.err()).isEmpty();
        assertThat(ran.status()).isZero();
        assertThat(temporary.resolve("pwned")).doesNotExist();
        Path kmsg = temporary.resolve("kmsg");
        return Files.exists(kmsg) ? Files.readAllLines(kmsg, StandardCharsets.ISO_8859_1) : List.of();
    }

    private String escaped(String path) throws IOException, InterruptedException {
        return run("systemd-escape", "--path", "--suffix=mount", "--", path)
                .out()
                .strip();
    }

    private String unit(String name) throws IOException {
        return Files.readString(units.resolve(name));
    }

    /** What systemd has to say of all units made, with stand-ins for those they name. */
    private String verify() throws IOException, InterruptedException {
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

    @Test
    void anEntryBecomesAMountUnitThatLocalFileSystemsWaitFor() throws IOException, InterruptedException {
        assertThat(generate("/srv/.photos /srv/photos ecryptfs key=photos,ro,timeout=20\n", ""))
                .isEmpty();
        assertThat(unit("srv-photos.mount"))
                .contains("\nWants=tpm-keyring-boot.service\nAfter=tpm-keyring-boot.service\n")
                .contains("\nBefore=local-fs.target tpm-keyring-close.service\n")
                .contains("\nRequiresMountsFor=\"/srv/.photos\"\n")
                .contains("\nWhat=/srv/.photos\nType=tpm-keyring\nOptions=type=ecryptfs,ro,timeout=20,key=photos\n")
                .contains("\nTimeoutSec=20\nKeyringMode=shared\nStandardError=journal+console\n")
                .doesNotContain("Where=");
        Path wanted = units.resolve("local-fs.target.wants/srv-photos.mount");
        assertThat(Files.readSymbolicLink(wanted)).hasToString("../srv-photos.mount");
        assertThat(wanted).exists();
        assertThat(verify()).isEmpty();
    }

    @Test
    void anEntryThatIsNotAutomaticIsWantedByNobody() throws IOException, InterruptedException {
        generate("/srv/a /srv/b fscrypt noauto,key=k\n", "");
        assertThat(units.resolve("srv-b.mount")).exists();
        assertThat(units.resolve("local-fs.target.wants")).doesNotExist();
    }

    @Test
    void aDatasetBecomesAService() throws IOException, InterruptedException {
        generate("tank/my\\040data none zfs key=k\n", "");
        assertThat(unit("tpm-keyring-zfs@tank-my\\x20data.service"))
                .contains("ExecStart=:/usr/bin/tpm-keyring mount -- %I\n")
                .contains("Before=zfs-mount.service");
        assertThat(verify()).isEmpty();
    }

    @Test
    void aBadLineIsToldAndTheOthersGoOn() throws IOException, InterruptedException {
        List<String> log = generate(
                "/a /b ecryptfs\n/srv/a /srv/b ecryptfs key=k\n/c /srv/b/ ecryptfs key=k\n/d /" + "x".repeat(250)
                        + " ecryptfs key=k",
                "");
        String table = temporary.resolve("mounttab").toString();
        assertThat(log)
                .containsExactly(
                        "<4>tpm-keyring-generator: " + table
                                + ":1: 3 fields instead of the four WHAT WHERE TYPE OPTIONS, the line is left out",
                        "<4>tpm-keyring-generator: " + table
                                + ":3: there is a unit srv-b.mount already, of this table or of /etc/fstab,"
                                + " the line is left out",
                        "<4>tpm-keyring-generator: " + table
                                + ":4: WHAT or WHERE is too long for the name of a unit, the line is left out");
        assertThat(units.resolve("srv-b.mount")).exists();
    }

    @Test
    void rescueModeMountsNothingAndStillChecksVolumes() throws IOException, InterruptedException {
        for (String words : List.of(
                "quiet systemd.unit=rescue.target",
                "systemd.unit=emergency.target",
                "quiet single",
                "ro 1",
                "-b",
                "\"systemd.unit=rescue.target\" quiet")) {
            surroundings.put("SYSTEMD_PROC_CMDLINE", words);
            generate("/srv/a /srv/b fscrypt key=k\n", "data UUID=4711 /run/tpm-keyring/cryptsetup luks\n");
            assertThat(units.resolve("srv-b.mount")).as(words).doesNotExist();
            assertThat(units.resolve("systemd-cryptsetup@data.service.d/50-tpm-keyring.conf"))
                    .as(words)
                    .exists();
        }
        surroundings.put("SYSTEMD_PROC_CMDLINE", "systemd.unit=multi-user.target rescued singles 11");
        generate("/srv/a /srv/b fscrypt key=k\n", "");
        assertThat(units.resolve("srv-b.mount")).exists();
    }

    @Test
    void volumesWhoseKeyComesFromUsAreCheckedWhateverTheirName() throws IOException, InterruptedException {
        String odd = "we$ird\"'%i\\x;`touch${IFS}pwned`\u00e4";
        List<String> log = generate(
                "",
                "# comment\ndata UUID=1 /run/tpm-keyring/cryptsetup luks\n" + odd
                        + "\t/dev/x  /run/tpm-keyring/cryptsetup\nother /dev/y none\nthird /dev/z\n");
        assertThat(log).isEmpty();
        String name = run("systemd-escape", "--template=systemd-cryptsetup@.service", "--", odd)
                .out()
                .strip();
        assertThat(names()).containsExactlyInAnyOrder("systemd-cryptsetup@data.service.d", name + ".d");
        assertThat(Files.readString(units.resolve(name + ".d/50-tpm-keyring.conf")))
                .contains("\nExecStartPre=:/usr/bin/tpm-keyring volume check -- %I\n")
                .contains("\nWants=keyringd-cryptsetup.socket\nAfter=keyringd-cryptsetup.socket\n")
                .contains("\nBefore=tpm-keyring-close.service\n");
    }

    private List<String> names() throws IOException {
        try (Stream<Path> all = Files.list(units)) {
            return all.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void theStrangestPathsComeOutAsSystemdNamesThem() throws IOException, InterruptedException {
        Random random = new Random(4711);
        StringBuilder table = new StringBuilder();
        List<String> paths = new ArrayList<>();
        while (paths.size() < FUZZED_LINES) {
            String where = "/" + paths.size() + path(random);
            paths.add(where);
            table.append(TableField.encode("/w" + path(random)))
                    .append(' ')
                    .append(TableField.encode(where))
                    .append(" ecryptfs key=k")
                    .append(paths.size())
                    .append('\n');
        }
        List<String> log = generate(table.toString(), "");
        MountTable read = MountTable.parse(table.toString().getBytes(StandardCharsets.UTF_8));
        assertThat(read.problems()).hasSize(log.size());
        for (MountEntry entry : read.entries()) {
            String text = unit(escaped(entry.where()));
            assertThat(what(text)).isEqualTo(entry.what());
            assertThat(text).contains("key=" + entry.key() + "\n");
        }
        assertThat(verify()).isEmpty();
    }

    private static String path(Random random) {
        StringBuilder path = new StringBuilder();
        int pieces = random.nextInt(6);
        for (int i = 0; i < pieces; i++) {
            path.append(random.nextInt(4) == 0 ? "/" : "").append(PIECES[random.nextInt(PIECES.length)]);
        }
        return path.toString();
    }

    /** WHAT as mount.tpm-keyring will take it from what systemd reads. */
    private static String what(String unit) {
        String value = Arrays.stream(unit.split("\n", -1))
                .filter(line -> line.startsWith("What="))
                .map(line -> line.substring("What=".length()).replace("%%", "%"))
                .findFirst()
                .orElseThrow();
        try {
            return unit.contains(",mounttab-quoted,") ? TableField.decodeText(value) : value;
        } catch (TableException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void generatorAndCommandLineAgreeOnWhatIsABadLine() throws IOException, InterruptedException {
        Random random = new Random(815);
        String[] fields = {
            "/a",
            "/b",
            "none",
            "/c\\040d",
            "/\\000",
            "/x\\344",
            "/x\\303\\244",
            "..",
            "/../x",
            "/.",
            "tank/d",
            "ecryptfs",
            "fscrypt",
            "zfs",
            "bcachefs",
            "luks",
            "key=k",
            "key=k,ro",
            "key=-",
            "ro",
            "key=k,timeout=9",
            "key=k,timeout=x",
            "key=a,key=b",
            "key=k,bind",
            "key=k,noauto,,nofail",
            "key=k,a\"b",
            "key=k,a\\134b",
            "key=k,a\\040b",
            "#",
            "\\",
            "\u0001",
            "/\u00e4",
            "key=",
            "key=,key=k",
            "key=k,X-mount.mkdir",
            "key=k,x-gvfs-hide",
            "/\\7",
            "/\\777"
        };
        for (int round = 0; round < 200; round++) {
            String line = (round % 2 == 0 ? "/w /m" + round + " " : "") + fields[random.nextInt(fields.length)] + "\t "
                    + fields[random.nextInt(fields.length)]
                    + (round % 2 == 0
                            ? ""
                            : " " + fields[11 + random.nextInt(5)] + " " + fields[16 + random.nextInt(12)]);
            Files.deleteIfExists(temporary.resolve("kmsg"));
            deleteUnits();
            boolean refused = !generate(line, "").isEmpty();
            assertThat(refused)
                    .as(line)
                    .isEqualTo(!MountTable.parse(line.getBytes(StandardCharsets.UTF_8))
                            .problems()
                            .isEmpty());
        }
    }

    private void deleteUnits() throws IOException {
        try (Stream<Path> all = Files.walk(units)) {
            for (Path file : all.sorted(java.util.Comparator.reverseOrder()).toList()) {
                if (!file.equals(units)) {
                    Files.delete(file);
                }
            }
        }
    }
}
