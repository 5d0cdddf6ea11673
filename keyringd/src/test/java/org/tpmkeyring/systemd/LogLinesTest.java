// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.systemd;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LogLinesTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    @AfterEach
    void resetThreshold() {
        JournalLogger.setThreshold(System.Logger.Level.INFO);
    }

    private String written(boolean journal, System.Logger.Level level, String message, Throwable thrown) {
        new StandardError(out, journal).write(LogLines.of(level, message, thrown));
        return out.toString(UTF_8);
    }

    @Test
    void theJournalGetsALevelTheTerminalTheProgramsName() {
        assertThat(written(true, System.Logger.Level.WARNING, "careful", null)).isEqualTo("<4>careful\n");
        out.reset();
        assertThat(written(false, System.Logger.Level.WARNING, "careful", null)).isEqualTo("keyringd: careful\n");
    }

    @Test
    void levelsAreThoseOfSyslog() {
        assertThat(LogLines.of(System.Logger.Level.ERROR, "", null).priority()).isEqualTo(3);
        assertThat(LogLines.of(System.Logger.Level.INFO, "", null).priority()).isEqualTo(6);
        assertThat(LogLines.of(System.Logger.Level.DEBUG, "", null).priority()).isEqualTo(7);
        assertThat(LogLines.of(System.Logger.Level.TRACE, "", null).priority()).isEqualTo(7);
    }

    @Test
    void noNameForgesALine() {
        String forged = "key 'a\n<3>root did it\u001b[2J\u2028\u202e'";
        assertThat(written(true, System.Logger.Level.INFO, forged, null))
                .isEqualTo("<6>key 'a\\u000a<3>root did it\\u001b[2J\\u2028\\u202e'\n");
    }

    @Test
    void everyLineOfAStackTraceHasTheLevelAndCausesAreTold() {
        Exception thrown = new IllegalStateException("outer\ntext", new IllegalArgumentException("inner"));
        String text = written(true, System.Logger.Level.ERROR, "failed", thrown);
        assertThat(text.lines()).allMatch(line -> line.startsWith("<3>")).hasSizeGreaterThan(5);
        assertThat(text)
                .contains("<3>  java.lang.IllegalStateException: outer\\u000atext\n")
                .contains("<3>  caused by java.lang.IllegalArgumentException: inner\n")
                .contains("LogLinesTest");
    }

    @Test
    void aRingOfCausesEnds() {
        Exception first = new Exception("first");
        first.initCause(new Exception("second", first));
        assertThat(LogLines.of(System.Logger.Level.ERROR, "x", first).lines()).hasSizeLessThan(2000);
    }

    @Test
    void theJournalIsKnownByDeviceAndInode(@TempDir Path directory) throws Exception {
        Path stream = Files.createFile(directory.resolve("stream"));
        String id = Files.getAttribute(stream, "unix:dev") + ":" + Files.getAttribute(stream, "unix:ino");
        assertThat(StandardError.isJournal(Map.of("JOURNAL_STREAM", id), stream))
                .isTrue();
        assertThat(StandardError.isJournal(Map.of("JOURNAL_STREAM", "1:2"), stream))
                .isFalse();
        assertThat(StandardError.isJournal(Map.of(), stream)).isFalse();
        assertThat(StandardError.isJournal(Map.of("JOURNAL_STREAM", id), directory.resolve("none")))
                .isFalse();
    }

    @Test
    void theJdkFindsOurLogger() {
        assertThat(System.getLogger("org.tpmkeyring.x")).isInstanceOf(JournalLogger.class);
    }

    @Test
    void ourLinesFollowTheThresholdOthersHaveToBeWarnings() {
        System.Logger ours = new JournalLogger("org.tpmkeyring.x");
        System.Logger others = new JournalLogger("java.x");
        assertThat(ours.isLoggable(System.Logger.Level.INFO)).isTrue();
        assertThat(ours.isLoggable(System.Logger.Level.DEBUG)).isFalse();
        JournalLogger.setThreshold(System.Logger.Level.DEBUG);
        assertThat(ours.isLoggable(System.Logger.Level.DEBUG)).isTrue();
        assertThat(others.isLoggable(System.Logger.Level.INFO)).isFalse();
        assertThat(others.isLoggable(System.Logger.Level.WARNING)).isTrue();
        assertThat(ours.isLoggable(System.Logger.Level.OFF)).isFalse();
        JournalLogger.setThreshold(System.Logger.Level.ERROR);
        assertThat(ours.isLoggable(System.Logger.Level.WARNING)).isFalse();
    }
}
