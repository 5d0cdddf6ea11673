// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The table of errors is total and well-formed. */
final class ErrorKindTest {
    private static final Set<String> COMMANDS = Set.of("tpm-keyring", "sudo", "systemctl", "ls", "lsblk", "man");
    private static final Pattern WELL_FORMED = Pattern.compile("([^{}]|\\{[a-z]+\\})+");

    @Test
    void wireNamesAreUniqueAndFoundAgain() {
        List<String> names =
                Arrays.stream(ErrorKind.values()).map(ErrorKind::wireName).toList();
        assertThat(names).doesNotHaveDuplicates();
        for (ErrorKind kind : ErrorKind.values()) {
            assertThat(ErrorKind.byWireName(kind.wireName())).contains(kind);
        }
        assertThat(ErrorKind.byWireName("org.tpmkeyring.Nonsense")).isEmpty();
        assertThat(ErrorKind.byWireName("Unexpected")).isEmpty();
    }

    @Test
    void everyExitCodeOfTheDesignIsUsed() {
        Set<Integer> codes =
                Arrays.stream(ErrorKind.values()).map(ErrorKind::exitCode).collect(Collectors.toSet());
        assertThat(codes).containsExactlyInAnyOrder(1, 2, 3, 4, 5, 6, 7, 8, 9, 10);
    }

    @ParameterizedTest
    @EnumSource
    void wireNameIsOneOfVarlink(ErrorKind kind) {
        assertThat(kind.simpleName()).matches("[A-Z][A-Za-z0-9]*");
        assertThat(kind.wireName()).isEqualTo("org.tpmkeyring." + kind.simpleName());
    }

    @ParameterizedTest
    @EnumSource
    void templatesAreOneLineWithFieldsInLowerCaseLetters(ErrorKind kind) {
        for (String template : List.of(kind.sentence(), kind.hint())) {
            assertThat(template).matches(WELL_FORMED).doesNotContain("\n").isEqualTo(template.strip());
        }
        assertThat(kind.sentence()).doesNotEndWith(".");
        assertThat(kind.fields()).doesNotContain("message", "hint");
    }

    @ParameterizedTest
    @EnumSource
    void hintBeginsWithACommand(ErrorKind kind) {
        assertThat(COMMANDS).contains(kind.hint().split(" ", 2)[0]);
    }

    @ParameterizedTest
    @EnumSource
    void everyFieldShowsInSentenceOrHint(ErrorKind kind) {
        KeyringException.Builder builder = KeyringException.of(kind);
        kind.fields().forEach(field -> builder.with(field, "<" + field + ">"));
        KeyringException refusal = builder.build();
        assertThat(refusal.sentence() + refusal.hint()).doesNotContain("{").doesNotContain("}");
        kind.fields()
                .forEach(
                        field -> assertThat(refusal.sentence() + refusal.hint()).contains("<" + field + ">"));
    }
}
