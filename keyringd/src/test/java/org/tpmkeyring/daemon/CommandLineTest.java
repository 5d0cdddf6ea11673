// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tpmkeyring.daemon.CommandLine.Action;

final class CommandLineTest {
    @TempDir
    Path directory;

    @Test
    void withoutOptionsItServesFromTheDefaultFile() throws Exception {
        CommandLine line = CommandLine.parse();
        assertThat(line.action()).isEqualTo(Action.SERVE);
        assertThat(line.config()).isEqualTo(Path.of("/etc/tpm-keyring/keyringd.conf"));
        assertThat(line.overrides()).isEmpty();
    }

    @Test
    void optionsGoBeforeTheFile() throws Exception {
        Path file = Files.writeString(directory.resolve("c"), "Socket=/a\nStateDirectory=/b\nMaxVaultsPerUser=2\n");
        Configuration configuration = CommandLine.parse(
                        "--config=" + file, "--socket=/x", "--state-dir=/y", "--tpm2-device=swtpm:path=/z")
                .configuration();
        assertThat(configuration.socket()).isEqualTo(Path.of("/x"));
        assertThat(configuration.stateDirectory()).isEqualTo(Path.of("/y"));
        assertThat(configuration.tpm2Device()).isEqualTo("swtpm:path=/z");
        assertThat(configuration.maxVaultsPerUser()).isEqualTo(2);
    }

    @Test
    void aBadOptionIsNamedAsItsPlace() throws Exception {
        Path file = Files.writeString(directory.resolve("c"), "");
        CommandLine line = CommandLine.parse("--config=" + file, "--socket=here");
        assertThatThrownBy(line::configuration).hasMessage("--socket: 'here' is no absolute path");
    }

    @Test
    void helpAndVersionAreAnswersOfTheirOwn() throws Exception {
        assertThat(CommandLine.parse("--help").action()).isEqualTo(Action.HELP);
        assertThat(CommandLine.parse("-h").action()).isEqualTo(Action.HELP);
        assertThat(CommandLine.parse("--socket=/x", "--version").action()).isEqualTo(Action.VERSION);
        assertThat(CommandLine.HELP)
                .contains("--tpm2-device=", "--state-dir=", "--socket=", "--config=", "--help", "--version");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "-x",
                "--nonsense",
                "--nonsense=1",
                "serve",
                "--help=1",
                "--socket",
                "--socket=",
                "--config",
                "--config=/nonexistent/file",
                "--tpm2-device="
            })
    void anythingElseIsAUsageError(String argument) {
        assertThatThrownBy(() -> CommandLine.parse(argument)).isInstanceOf(ConfigurationException.class);
    }
}
