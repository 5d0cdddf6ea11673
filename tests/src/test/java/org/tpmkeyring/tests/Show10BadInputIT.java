// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tpmkeyring.protocol.api.AddKey;
import org.tpmkeyring.protocol.wire.ReplyMessage;

/** What is wrong on a command line is refused in one line, with its exit status, and changes nothing. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class Show10BadInputIT {
    private Machine machine;
    private StateOnDisk state;

    @BeforeAll
    void start() throws IOException {
        machine = Machine.start();
        machine.cli().makeVault(machine.file("recovery")).ok();
    }

    @BeforeEach
    void look() throws IOException {
        state = new StateOnDisk(machine);
    }

    @AfterAll
    void stop() throws IOException {
        machine.close();
    }

    static List<String> badNames() {
        return List.of(
                "../x",
                "a/b",
                "",
                "x".repeat(65),
                "two\nlines",
                "-dash",
                ".dot",
                "b\u0430d",
                "caf\u00e9",
                "a b",
                "a\u202eb",
                "$(id)");
    }

    @ParameterizedTest
    @MethodSource("badNames")
    void aBadKeyNameIsRefusedByTheCommandLine(String name) throws IOException {
        state.assertRefused(machine.cli().run("add", "--target=user", "--generate", "--", name), 2);
    }

    @ParameterizedTest
    @MethodSource("badNames")
    void aBadVaultNameIsRefusedByTheCommandLine(String name) throws IOException {
        state.assertRefused(machine.cli().run("vault", "create", "--no-recovery-key", "--", name), 2);
    }

    @ParameterizedTest
    @MethodSource("badNames")
    void aBadNameIsRefusedByTheDaemonToo(String name) throws IOException {
        try (RawConnection connection = new RawConnection(machine.socket())) {
            ReplyMessage reply = connection.call(
                    AddKey.METHOD.qualifiedName(), Map.of("name", name, "target", "user", "generate", true), true);
            assertThat(reply.error()).contains("org.tpmkeyring.BadName");
        }
        state.assertUnchanged();
    }

    @ParameterizedTest
    @CsvSource({"24, 2", "7+24, 2", "7:md5, 2", "md5:7, 2", "7+7, 2", "seven, 2", "'', 2", "7:sha3_256, 5", "16, 5"})
    void aBadPcrSelectionIsRefused(String selection, int status) throws IOException {
        state.assertRefused(
                machine.cli().run("vault", "create", "other", "--no-recovery-key", "--tpm2-pcrs=" + selection), status);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 32_768})
    void aKeyOfImpossibleSizeIsRefused(int bytes) throws IOException {
        state.assertRefused(machine.cli().add(machine.unique("k"), new byte[bytes], "--target=user"), 2);
    }

    @Test
    void whatDoesNotExistIsNamed() throws IOException {
        state.assertRefused(machine.cli().run("show", "nothing"), 6);
        state.assertRefused(machine.cli().run("unlock", "nowhere"), 6);
        state.assertRefused(machine.cli().run("protector", "remove", "tpm2-9", "--yes"), 6);
    }

    @Test
    void whatExistsAlreadyIsNotReplaced() throws IOException {
        state.assertRefused(machine.cli().run("vault", "create", "default", "--no-recovery-key"), 10);
    }

    @Test
    void aRecoveryKeyWithATypoIsToldFromAWrongOne() throws IOException {
        String key = Files.readString(machine.file("recovery")).strip();
        char last = key.charAt(key.length() - 1);
        String typo = key.substring(0, key.length() - 1) + (last == 'c' ? 'b' : 'c');
        state.assertRefused(
                machine.cli()
                        .command("recover", "--recovery-key-file=-")
                        .input(typo)
                        .run(),
                2);
        machine.cli()
                .run("vault", "create", "another", "--recovery-key-file=" + machine.file("other"))
                .ok();
        state = new StateOnDisk(machine);
        state.assertRefused(machine.cli().run("recover", "--recovery-key-file=" + machine.file("other")), 3);
    }
}
