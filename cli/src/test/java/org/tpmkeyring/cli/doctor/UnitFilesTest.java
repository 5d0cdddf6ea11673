// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tpmkeyring.cli.client.DaemonClient;

/** What the units of the boot have to agree on with the programs that they run. */
class UnitFilesTest {
    private static final Path UNITS = Path.of("../systemd").toAbsolutePath();

    /** Values of a setting, in order, an assignment each. */
    private static List<String> values(String unit, String setting) throws IOException {
        return Files.readAllLines(UNITS.resolve(unit)).stream()
                .filter(line -> line.startsWith(setting + "="))
                .map(line -> line.substring(setting.length() + 1))
                .toList();
    }

    private static Duration seconds(String unit, String setting) throws IOException {
        return Duration.ofSeconds(Long.parseLong(values(unit, setting).get(0)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"tpm-keyring-boot.service", "tpm-keyring-close.service"})
    void aCommandSaysItselfThatThereIsNoAnswerBeforeItsUnitKillsIt(String unit) throws IOException {
        assertThat(seconds(unit, "TimeoutStartSec")).isGreaterThanOrEqualTo(DaemonClient.ANSWER.multipliedBy(2));
    }

    @ParameterizedTest
    @ValueSource(strings = {"tpm-keyring-boot.service", "tpm-keyring-close.service"})
    void attemptsThatTakeTheirWholeTimeAreCountedToo(String unit) throws IOException {
        long attempts = Long.parseLong(values(unit, "StartLimitBurst").get(0));
        assertThat(seconds(unit, "TimeoutStartSec").multipliedBy(attempts))
                .isLessThan(seconds(unit, "StartLimitIntervalSec"));
    }
}
