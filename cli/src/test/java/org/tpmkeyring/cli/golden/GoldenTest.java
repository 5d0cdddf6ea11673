// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.golden;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TimeZone;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.tpmkeyring.protocol.ErrorKind;

/**
 * What every command prints, word for word. After a change that is wanted:
 * {@code mvn -pl cli -am test -Dtest=GoldenTest -Dgolden.update=true -Dsurefire.failIfNoSpecifiedTests=false},
 * and read the difference.
 */
class GoldenTest {
    private static final Path SCRIPTS = Path.of("../tests/golden");
    private static final boolean UPDATE = Boolean.getBoolean("golden.update");

    @TempDir
    Path temporary;

    @BeforeAll
    static void timesAreToldInUtc() {
        TimeZone.setDefault(TimeZone.getTimeZone("UTC"));
    }

    @TestFactory
    Stream<DynamicTest> everyScriptPrintsWhatIsWrittenDown() throws IOException {
        List<Path> scripts;
        try (Stream<Path> files = Files.list(SCRIPTS)) {
            scripts = files.filter(file -> file.toString().endsWith(".sh"))
                    .sorted()
                    .toList();
        }
        assertThat(scripts).as("scripts in %s", SCRIPTS.toAbsolutePath()).isNotEmpty();
        return scripts.stream()
                .map(script -> DynamicTest.dynamicTest(script.getFileName().toString(), () -> check(script)));
    }

    @Test
    void theErrorScriptKnowsEveryKindOfRefusal() throws IOException {
        String script = Files.readString(SCRIPTS.resolve("errors.sh"));
        for (ErrorKind kind : ErrorKind.values()) {
            assertThat(script).as("a script line for %s", kind).containsPattern("(?m)^#: refuse " + kind + "( |$)");
        }
    }

    private void check(Path script) throws IOException {
        Path directory = Files.createDirectory(temporary.resolve(script.getFileName()));
        Files.createDirectories(directory.resolve("root/etc"));
        Files.createDirectories(directory.resolve("root/srv/photos"));
        Files.createDirectories(directory.resolve("root/srv/full/of-files"));
        Files.writeString(
                directory.resolve("root/etc/passwd"), "root:x:0:0:root:/root:/bin/sh\nanna:x:1000:1000::/:/bin/sh\n");
        String seen = new GoldenRun(directory)
                .transcript(GoldenScript.parse(Files.readAllLines(script)))
                .replace(directory.toString(), "$TMP");
        Path expected = Path.of(script.toString().replaceAll("\\.sh$", ".out"));
        if (UPDATE) {
            Files.writeString(expected, seen);
        }
        assertThat(expected).as("run once with -Dgolden.update=true").exists();
        assertThat(seen).isEqualTo(Files.readString(expected));
    }
}
