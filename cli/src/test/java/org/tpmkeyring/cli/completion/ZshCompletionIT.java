// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.completion;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tpmkeyring.cli.testing.CommandRun;
import org.tpmkeyring.testing.Requires;

/** The script for zsh in an interactive zsh, typed at by expect(1). A stub tells names. */
class ZshCompletionIT {
    @TempDir
    Path directory;

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "tpm-keyring unl| tpm-keyring unlock",
                "tpm-keyring vault res| tpm-keyring vault restore",
                "tpm-keyring vault rename --us| tpm-keyring vault rename --user",
                "tpm-keyring list --vault=ar| tpm-keyring list --vault=archive",
                "tpm-keyring show ho| tpm-keyring show home",
                "tpm-keyring add x --target ecr| tpm-keyring add x --target ecryptfs",
                "tpm-keyring unlock default ar| tpm-keyring unlock default archive",
            })
    void aRealZshCompletes(String typed, String expected) throws Exception {
        Requires.command("zsh");
        Requires.command("expect");
        Files.writeString(
                directory.resolve("_tpm-keyring"),
                new CommandRun().run("generate-completion", "zsh").out());
        Path stub = directory.resolve("tpm-keyring");
        Files.writeString(stub, "#!/bin/sh\ncase $2 in keys) echo home;; vaults) echo default; echo archive;; esac\n");
        assertThat(stub.toFile().setExecutable(true)).isTrue();
        Path script = directory.resolve("zsh.exp");
        try (var source = ZshCompletionIT.class.getResourceAsStream("zsh.exp")) {
            Files.copy(source, script);
        }
        Process expect = new ProcessBuilder("expect", "-f", script.toString(), directory.toString(), typed)
                .redirectErrorStream(true)
                .start();
        expect.getOutputStream().close();
        String screen = new String(expect.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(directory.resolve("line")).as("%s", screen).exists();
        assertThat(Files.readString(directory.resolve("line")).strip().replaceAll("=$", ""))
                .isEqualTo(expected);
    }
}
