// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.volume;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class CrypttabTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "luks,nofail,timeout=90s|false",
                "timeout=5|false",
                "timeout=1min,luks|false",
                "headless=1|false",
                "headless|false",
                "''|true",
                "luks,nofail|true",
                "timeout=0|true",
                "timeout=0s|true",
                "timeout=infinity|true",
                "keyfile-timeout=5s|true"
            })
    void aQuestionForAPassphraseEndsWithItsTimeout(String options, boolean endless) {
        assertThat(new Crypttab.Entry("data", "UUID=1", "none", options).asksWithoutEnd())
                .isEqualTo(endless);
    }

    private static final Crypttab.Entry DATA =
            new Crypttab.Entry("data", "UUID=1234", "/run/tpm-keyring/cryptsetup", "luks,nofail,timeout=90s");

    private static final int TABLES = 500;
    private static final List<String> LINES = List.of(
            "# a comment",
            "",
            "   ",
            "other UUID=9 none luks",
            "\tother\t/dev/sdb1\t/etc/key \tluks,discard  ",
            "data2 /dev/x none",
            "#data /dev/x none",
            "lonely",
            "caf\u00e9 /dev/\u00fc none \u00ff",
            "crlf /dev/y none\r");

    /** Lines as people write them, and as nobody does, the last one with or without its end. */
    static Stream<String> tables() {
        Random random = new Random(20261123);
        return Stream.generate(() -> table(random))
                .filter(text -> new Crypttab(text).find("data").isEmpty())
                .limit(TABLES);
    }

    private static String table(Random random) {
        List<String> lines = new ArrayList<>();
        for (int i = random.nextInt(8); i > 0; i--) {
            lines.add(random.nextInt(3) > 0 ? LINES.get(random.nextInt(LINES.size())) : garbage(random));
        }
        return String.join("\n", lines) + (random.nextBoolean() && !lines.isEmpty() ? "\n" : "");
    }

    private static String garbage(Random random) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(30); i > 0; i--) {
            char c = (char) random.nextInt(0x100);
            text.append(c == '\n' ? ' ' : c);
        }
        return text.toString();
    }

    @ParameterizedTest
    @MethodSource("tables")
    void whatIsAddedIsFoundAndTakenAwayWithoutATrace(String text) {
        Crypttab with = new Crypttab(text).with(DATA);
        assertThat(with.find("data")).contains(DATA);
        assertThat(with.text()).startsWith(text).endsWith(DATA.line() + "\n");
        String ended = text.isEmpty() || text.endsWith("\n") ? text : text + "\n";
        assertThat(with.replaced(DATA.line(), "").text()).isEqualTo(ended);
        assertThat(with.with(DATA)).isEqualTo(with);
    }

    @ParameterizedTest
    @MethodSource("tables")
    void aChangeLeavesEveryOtherLineAsItIs(String before) {
        String after = table(new Random(before.hashCode()));
        String first = before.isEmpty() || before.endsWith("\n") ? before : before + "\n";
        Crypttab old = new Crypttab(first + "  data \t UUID=1234   none luks,discard  \n" + after);
        String line = "  data \t UUID=1234   " + DATA.keyFile() + " " + DATA.options() + "  ";
        assertThat(old.with(DATA).text()).isEqualTo(first + line + "\n" + after);
        assertThat(old.with(DATA).replaced(line, old.line("data").orElseThrow()))
                .isEqualTo(old);
        assertThat(old.replaced(old.line("data").orElseThrow(), "").text()).isEqualTo(first + after);
        assertThat(old.replaced("nothing", "something")).isEqualTo(old);
    }

    @Test
    void fieldsThatAreLeftOutAreEmpty() {
        Crypttab table = new Crypttab("a /dev/a\nb /dev/b none\nc /dev/c - luks more\n");
        assertThat(table.entries())
                .isEqualTo(List.of(
                        new Crypttab.Entry("a", "/dev/a", "", ""),
                        new Crypttab.Entry("b", "/dev/b", "none", ""),
                        new Crypttab.Entry("c", "/dev/c", "-", "luks")));
    }

    @Test
    void onlyTheFirstOfTwoLinesAboutAVolumeIsChanged() {
        Crypttab table = new Crypttab("data /dev/a none\nother /dev/o none\ndata /dev/b none\n");
        assertThat(table.with(DATA).text()).isEqualTo(DATA.line() + "\nother /dev/o none\ndata /dev/b none\n");
    }

    @Test
    void whatStandsAfterTheOptionsStaysThere() {
        Crypttab table = new Crypttab("data\t/dev/a\tnone\tluks\t# my note");
        assertThat(table.with(DATA).text())
                .isEqualTo("data\tUUID=1234\t" + DATA.keyFile() + "\t" + DATA.options() + "\t# my note");
    }

    @Test
    void fieldsThatALineHasNotAreAppended() {
        assertThat(new Crypttab("data /dev/a\r\n").with(DATA).text())
                .isEqualTo("data UUID=1234 " + DATA.keyFile() + " " + DATA.options() + "\r\n");
    }
}
