// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.completion;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tpmkeyring.cli.testing.CommandRun;
import org.tpmkeyring.testing.Requires;

/**
 * The scripts, in the shells they are for. A stub stands for the program and tells names. A tilde is a word
 * that is still empty.
 */
class CompletionTest {
    @TempDir
    Path directory;

    @BeforeEach
    void scriptsAndStub() throws IOException {
        Files.writeString(directory.resolve("completion.bash"), generated("bash"));
        Files.writeString(directory.resolve("_tpm-keyring"), generated("zsh"));
        Path stub = directory.resolve("tpm-keyring");
        Files.writeString(stub, """
                #!/bin/sh
                test "$1" = __names || exit 1
                case "$2" in
                    keys) printf 'home\\nphotos-2026\\n' ;;
                    vaults) printf 'default\\narchive\\n'; test "$3" != --socket=/s || echo elsewhere ;;
                    protectors) echo tpm2-1 ;;
                esac
                """);
        assertThat(stub.toFile().setExecutable(true)).isTrue();
        Files.createDirectory(directory.resolve("some-directory"));
    }

    private static String generated(String shell) {
        return new CommandRun().run("generate-completion", shell).out();
    }

    private String shell(String... command) throws IOException {
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true);
        builder.environment().merge("PATH", directory.toString(), (path, ours) -> ours + ":" + path);
        Process process = builder.start();
        process.getOutputStream().close();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    @Test
    void bothScriptsAreWellFormed() throws IOException {
        Requires.command("zsh");
        assertThat(shell("bash", "-n", "completion.bash")).isEmpty();
        assertThat(shell("zsh", "-n", "_tpm-keyring")).isEmpty();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "tpm-keyring unl| unlock",
                "tpm-keyring vault re| rename restore remove",
                "tpm-keyring show ~| home photos-2026",
                "tpm-keyring add ~| ''",
                "tpm-keyring import ~| ecryptfs",
                "tpm-keyring import ecryptfs ~| ''",
                "tpm-keyring import ecryptfs --from some| some-directory",
                "tpm-keyring unlock a| archive",
                "tpm-keyring unlock default a| archive",
                "tpm-keyring list --vault ~| default archive",
                "tpm-keyring list --vault = ar| archive",
                "tpm-keyring --socket /s list --vault e| elsewhere",
                "tpm-keyring --socket = /s list --vault e| elsewhere",
                "tpm-keyring protector remove ~| tpm2-1",
                "tpm-keyring protector add ~| tpm2 recovery passphrase",
                "tpm-keyring add x --target e| encrypted ecryptfs",
                "tpm-keyring add x --target = ecr| ecryptfs",
                "tpm-keyring list --json = p| pretty",
                "tpm-keyring add x --dir| --directory=",
                "tpm-keyring add x --directory some| some-directory",
                "tpm-keyring lock --a| --all",
                "tpm-keyring list --user roo| root",
                "tpm-keyring help ex| exit-status",
            })
    void aRealBashCompletes(String line, String expected) throws IOException {
        String[] words = line.replace("~", "").split(" ", -1);
        StringBuilder array = new StringBuilder();
        for (String word : words) {
            array.append(" '").append(word).append("'");
        }
        String script = "compopt() { :; }; source ./completion.bash; COMP_WORDS=(" + array + "); COMP_CWORD="
                + (words.length - 1) + "; _tpm_keyring tpm-keyring; printf '%s\\n' \"${COMPREPLY[@]}\"";
        List<String> offered = List.of(shell("bash", "-c", script).strip().split("\n", -1));
        List<String> wanted = List.of(expected.strip().replace("''", "").split(" ", -1));
        assertThat(offered).containsExactlyInAnyOrderElementsOf(wanted);
    }

    @Test
    void namesThatBreakTheRuleOrADaemonThatIsAwayLeaveNothingToOffer() {
        CommandRun run = new CommandRun().socket(directory.resolve("none")).run("__names", "keys");
        assertThat(run.out()).isEmpty();
        assertThat(run.status()).isZero();
    }
}
