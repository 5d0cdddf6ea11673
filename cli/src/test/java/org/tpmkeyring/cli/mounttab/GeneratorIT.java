// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.mounttab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * The generator, run on tables that no person would write: systemd itself has to understand what it makes,
 * names have to be those of systemd-escape, and its reading of a table that of {@link MountTable}.
 */
final class GeneratorIT extends GeneratorFixture {
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

    @Test
    void anEntryBecomesAMountUnitThatLocalFileSystemsWaitFor() throws IOException, InterruptedException {
        assertThat(generate("/srv/.photos /srv/photos ecryptfs key=photos,ro,timeout=20\n", ""))
                .isEmpty();
        assertThat(unit("srv-photos.mount"))
                .contains("\nWants=tpm-keyring-boot.service\nAfter=tpm-keyring-boot.service\n")
                .contains("\nBefore=local-fs.target tpm-keyring-close.service\n")
                .contains("\nRequiresMountsFor=\"/srv/.photos\"\n")
                .contains("\nWhat=/srv/.photos\nType=tpm-keyring\nOptions=type=ecryptfs,ro,timeout=20,key=photos\n")
                .contains("\nTimeoutSec=30\nKeyringMode=shared\nStandardError=journal+console\n")
                .doesNotContain("Where=");
        Path wanted = units.resolve("local-fs.target.wants/srv-photos.mount");
        assertThat(Files.readSymbolicLink(wanted)).hasToString("../srv-photos.mount");
        assertThat(wanted).exists();
        assertThat(verify()).isEmpty();
    }

    /** The other tests trust systemd to complain; here it has reason to. */
    @Test
    void systemdWouldComplainOfAUnitItDoesNotUnderstand() throws IOException, InterruptedException {
        generate("/srv/a /srv/b fscrypt key=k\n", "");
        Path unit = units.resolve("srv-b.mount");
        Files.writeString(unit, unit("srv-b.mount").replace("=\"/srv/a\"", "=\"/srv/a"));
        assertThat(verify()).contains("srv-b.mount").contains("Invalid syntax");
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
            assertThat(places(text).what()).isEqualTo(entry.what());
            assertThat(places(text).where()).isEqualTo(entry.where());
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

    /** WHAT and WHERE as mount.tpm-keyring will take them from the environment that systemd reads there. */
    private static MountEntry places(String unit) {
        String start = "Environment=\"TPM_KEYRING_LINE=";
        String line = unit.lines()
                .filter(each -> each.startsWith(start))
                .map(each -> each.substring(start.length(), each.length() - 1))
                .findFirst()
                .orElseThrow()
                .replace("%%", "%")
                .replace("\\\"", "\"")
                .replace("\\\\", "\\");
        return MountTable.parse((line + " ecryptfs key=k").getBytes(StandardCharsets.UTF_8))
                .entries()
                .get(0);
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
            "key=k,_netdev",
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
}
