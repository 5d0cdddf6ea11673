// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.mounttab;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.NotEmpty;
import org.junit.jupiter.api.Test;

/** The table's lines and what is said of bad ones. */
final class MountTableTest {
    private static MountTable parse(String text) {
        return MountTable.parse(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String problem(String line) {
        MountTable table = parse("# first line\n" + line + "\n/a /fine ecryptfs key=k\n");
        assertThat(table.entries()).extracting(MountEntry::where).containsExactly("/fine");
        assertThat(table.problems()).hasSize(1);
        MountTable.Problem problem = table.problems().get(0);
        assertThat(problem.line()).isEqualTo(2);
        return problem.field() + ": " + problem.reason();
    }

    @Test
    void aLineHasFourFieldsInTheSpellingOfFstab() {
        MountTable table =
                parse("  /srv/a\\040b\t/mnt/line\\012break//./x/ fscrypt\tro,key=my.key,timeout=5,noauto,nodev\n");
        assertThat(table.problems()).isEmpty();
        assertThat(table.entries())
                .containsExactly(new MountEntry(
                        MountType.FSCRYPT,
                        "/srv/a b",
                        "/mnt/line\nbreak/x",
                        "my.key",
                        Duration.ofSeconds(5),
                        true,
                        List.of("ro", "nodev")));
    }

    @Test
    void aMinuteIsTheTimeWhereNoneIsGivenAndWordsOfFstabWithoutMeaningAreLeftOut() {
        MountEntry entry =
                parse("/l /u ecryptfs defaults,auto,nofail,,key=k").entries().get(0);
        assertThat(entry.timeout()).isEqualTo(Duration.ofSeconds(60));
        assertThat(entry.noauto()).isFalse();
        assertThat(entry.options()).isEmpty();
        assertThat(entry.name()).isEqualTo("/u");
    }

    @Test
    void aDatasetIsKnownByItsOwnName() {
        MountEntry entry = parse("tank/my\\040data none zfs key=k").entries().get(0);
        assertThat(entry.name()).isEqualTo("tank/my data");
        assertThat(entry.where()).isEqualTo(MountEntry.NOWHERE);
    }

    @Test
    void theExampleThatIsInstalledIsAllComments() throws java.io.IOException {
        String example = Files.readString(Path.of("../systemd/mounttab"));
        assertThat(parse(example)).isEqualTo(new MountTable(List.of(), List.of()));
    }

    @Test
    void theExamplesInTheInstalledFileAreGoodLines() throws java.io.IOException {
        String examples = Files.readString(Path.of("../systemd/mounttab"))
                .lines()
                .filter(line -> line.startsWith("#   "))
                .map(line -> line.substring(1))
                .reduce("", (all, line) -> all + line + "\n");
        MountTable table = parse(examples);
        assertThat(table.problems()).isEmpty();
        assertThat(table.entries()).hasSize(5);
    }

    @Test
    void everyBadFieldIsNamed() {
        assertThat(problem("/a /b ecryptfs")).isEqualTo(": 3 fields instead of the four WHAT WHERE TYPE OPTIONS");
        assertThat(problem("/a /b ecryptfs key=k # comment")).startsWith(": 6 fields");
        assertThat(problem("a /b ecryptfs key=k")).isEqualTo("WHAT: it has to be an absolute path without '..'");
        assertThat(problem("/a/../b /b ecryptfs key=k")).startsWith("WHAT: it has to be an absolute path");
        assertThat(problem("/a /b/.. ecryptfs key=k")).startsWith("WHERE: it has to be an absolute path");
        assertThat(problem("/a /./ ecryptfs key=k")).isEqualTo("WHERE: it cannot be the root directory");
        assertThat(problem("/a /b\\000 ecryptfs key=k")).isEqualTo("WHERE: no name can hold \\000");
        assertThat(problem("/a\u0001 /b ecryptfs key=k")).startsWith("WHAT: a control character");
        assertThat(problem("/a /b\\344 ecryptfs key=k")).isEqualTo("WHERE: it is not UTF-8");
        assertThat(problem("/a /b luks key=k"))
                .isEqualTo("TYPE: 'luks' is not one of ecryptfs, fscrypt, zfs, bcachefs");
        assertThat(problem("/a /b ecryptfs ro")).isEqualTo("OPTIONS: there is no key=NAME");
        assertThat(problem("/a /b ecryptfs key=k,key=l")).isEqualTo("OPTIONS: key= is given twice");
        assertThat(problem("/a /b ecryptfs key=-k")).isEqualTo("OPTIONS: '-k' is no name of a key");
        assertThat(problem("/a /b ecryptfs key=k,timeout=0"))
                .isEqualTo("OPTIONS: timeout= is not a number of seconds from 1 to 86400");
        assertThat(problem("/a /b ecryptfs key=k,timeout=86401")).startsWith("OPTIONS: timeout=");
        assertThat(problem("/a /b ecryptfs key=k,bind"))
                .isEqualTo("OPTIONS: option 'bind' cannot be used in this table");
        assertThat(problem("/a /b ecryptfs key=k,x-systemd.idle-timeout=1"))
                .isEqualTo("OPTIONS: option 'x-systemd.idle-timeout' cannot be used in this table");
        assertThat(problem("/a /b ecryptfs key=k,context=\"a,b\"")).startsWith("OPTIONS: it cannot hold quotes");
        assertThat(problem("tank/$(id) none zfs key=k")).isEqualTo("WHAT: it is no name of a ZFS dataset");
        assertThat(problem("tank /tank zfs key=k")).isEqualTo("WHERE: a zfs line has 'none' there");
    }

    @Test
    void theSecondLineForAPlaceIsRefused() {
        MountTable table = parse("/a /b ecryptfs key=k\n/c //b/. fscrypt key=l\n");
        assertThat(table.entries()).hasSize(1);
        assertThat(table.problems())
                .containsExactly(new MountTable.Problem(2, "WHERE", "another line mounts it already"));
    }

    @Test
    void aFileThatEndsWithoutALineBreakLosesNothing() {
        assertThat(parse("/a /b ecryptfs key=k").entries()).hasSize(1);
    }

    @Property
    void whatIsEncodedIsReadAgain(@ForAll @NotEmpty @CharRange(from = '\u0001', to = '\uD7FF') String text)
            throws TableException {
        String field = TableField.encode(text);
        assertThat(field).matches("[^ \\t\\n]+");
        byte[] inFile = field.getBytes(StandardCharsets.UTF_8);
        assertThat(TableField.decode(new String(inFile, StandardCharsets.ISO_8859_1)))
                .isEqualTo(text);
    }

    @Property
    void anyPathMayStandInATable(@ForAll @NotEmpty @CharRange(from = '\u0001', to = '\uD7FF') String name) {
        String path = "/x" + name.replace("/", "") + "x";
        MountTable table = parse(TableField.encode(path) + " " + TableField.encode(path) + " fscrypt key=k");
        assertThat(table.problems()).isEmpty();
        assertThat(table.entries().get(0).what()).isEqualTo(path);
        assertThat(table.entries().get(0).where()).isEqualTo(path);
    }

    @Property
    void noTableIsTooStrange(@ForAll byte[] text) {
        MountTable table = MountTable.parse(text);
        assertThat(table.entries()).allMatch(entry -> !entry.key().isEmpty());
    }
}
