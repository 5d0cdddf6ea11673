// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * The PAM module in PAM applications, whose state is compared before and after, against daemons that answer well,
 * badly or not at all. The scenarios are in {@code pam-hook/tests}; each of them is a test here, once plain, once
 * with ASan and UBSan, once below valgrind.
 */
final class PamModuleIT {
    @BeforeAll
    static void build() throws IOException {
        PamHook.build();
    }

    @TestFactory
    Stream<DynamicTest> scenarios() throws IOException {
        return scenarios("plain", 200);
    }

    @TestFactory
    Stream<DynamicTest> scenariosWithSanitizers() throws IOException {
        return scenarios("sanitizers", 180);
    }

    @TestFactory
    Stream<DynamicTest> scenariosBelowValgrind() throws IOException {
        return scenarios("valgrind", 180);
    }

    @TestFactory
    Stream<DynamicTest> replies() throws IOException {
        Outcome outcome = PamHook.script("tests/vectors.py", PamHook.program("asan/read-reply"));
        return tests(outcome, 130);
    }

    @Test
    void theReaderOfRepliesSurvivesFuzzing() throws IOException {
        PamHook.make("fuzz", "FUZZ_RUNS=500000");
    }

    @Test
    void whatIsShippedWasTestedAndExportsTheModulesFunctionsAlone() throws IOException {
        Path shipped = Dist.root().resolve("lib/security/pam_tpm_keyring.so");
        Path tested = Path.of(PamHook.program("pam_tpm_keyring.so"));
        assertThat(Files.mismatch(shipped, tested)).isEqualTo(-1);
        String symbols = Program.of("nm", "-D", "--defined-only", shipped.toString())
                .run()
                .ok()
                .text();
        assertThat(symbols.lines().map(line -> line.substring(line.lastIndexOf(' ') + 1)))
                .containsExactlyInAnyOrder(
                        "pam_sm_authenticate",
                        "pam_sm_setcred",
                        "pam_sm_open_session",
                        "pam_sm_close_session",
                        "pam_sm_chauthtok");
        String elf = Program.of("readelf", "-W", "-d", "-l", shipped.toString())
                .run()
                .ok()
                .text();
        assertThat(elf).contains("BIND_NOW", "GNU_RELRO").containsPattern("GNU_STACK .* RW ");
        assertThat(elf.lines().filter(line -> line.contains("(NEEDED)")))
                .allMatch(line -> line.contains("[libpam.so.0]") || line.contains("[libc.so.6]"));
    }

    private static Stream<DynamicTest> scenarios(String mode, int atLeast) throws IOException {
        return tests(PamHook.script("tests/scenarios.py", "--out=" + PamHook.program(""), mode), atLeast);
    }

    /** A test for each line of a script that says how one of its own ended. */
    private static Stream<DynamicTest> tests(Outcome outcome, int atLeast) {
        List<String> lines = outcome.text()
                .lines()
                .filter(line -> line.matches("(ok|FAILED) .*"))
                .toList();
        assertThat(lines).as(outcome.text() + outcome.errors()).hasSizeGreaterThan(atLeast);
        return lines.stream()
                .map(line -> DynamicTest.dynamicTest(line.replaceFirst("^\\w+ ", ""), () -> {
                    if (line.startsWith("FAILED")) {
                        fail(line);
                    }
                }));
    }
}
