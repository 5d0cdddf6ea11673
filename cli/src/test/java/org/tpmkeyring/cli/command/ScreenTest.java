// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ScreenTest {
    private static Screen.Part part(int rows, String rest) {
        return new Screen.Part(
                IntStream.rangeClosed(0, rows).mapToObj(row -> "row " + row).toList(), rest);
    }

    @Test
    void whatFitsIsShownWhole() {
        List<String> lines = Screen.fit(List.of("head"), List.of(part(3, "vaults")), List.of("", "Needs you:"));
        assertThat(lines).containsExactly("head", "", "row 0", "row 1", "row 2", "row 3", "", "Needs you:");
    }

    @ParameterizedTest
    @CsvSource({"40, 0", "40, 40", "3, 60", "12, 8", "100, 2"})
    void whatDoesNotFitIsCutToTheScreenAndCounted(int vaults, int storage) {
        List<String> head = Collections.nCopies(5, "head");
        List<String> tail = Collections.nCopies(8, "tail");
        List<String> lines = Screen.fit(head, List.of(part(vaults, "vault list"), part(storage, "doctor")), tail);
        assertThat(lines)
                .hasSizeLessThanOrEqualTo(Screen.LINES)
                .startsWith("head")
                .endsWith("tail");
        assertThat(lines).anySatisfy(line -> assertThat(line).matches("\\+ [0-9]+ more: .*"));
    }
}
