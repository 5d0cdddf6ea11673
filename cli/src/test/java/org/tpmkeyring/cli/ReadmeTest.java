// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.tpmkeyring.cli.output.Words;
import org.tpmkeyring.protocol.value.TargetType;

/** What README says of targets. */
class ReadmeTest {
    private static final List<String> TARGETS =
            Arrays.stream(TargetType.values()).map(Words::of).toList();

    private static String section(String heading) throws IOException {
        String readme = Files.readString(Path.of("../README.md"));
        int start = readme.indexOf("\n## " + heading + "\n");
        assertThat(start).as(heading).isNotNegative();
        return readme.substring(start, readme.indexOf("\n## ", start + 1));
    }

    @Test
    void theTableOfTargetsHasEveryOneOnce() throws IOException {
        assertThat(Pattern.compile("(?m)^\\| `([a-z-]+)` \\|")
                        .matcher(section("Targets"))
                        .results()
                        .map(row -> row.group(1)))
                .containsExactlyInAnyOrderElementsOf(TARGETS);
    }

    @Test
    void noTargetIsMissingThatIsThere() throws IOException {
        assertThat(section("Limits").lines().filter(line -> line.contains("not targets")))
                .noneMatch(line -> TARGETS.stream()
                        .anyMatch(target ->
                                line.toLowerCase(java.util.Locale.ROOT).contains(target)));
    }
}
