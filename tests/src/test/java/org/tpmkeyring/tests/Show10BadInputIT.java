// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tpmkeyring.protocol.api.AddKey;
import org.tpmkeyring.protocol.wire.ReplyMessage;

/** What is wrong is refused in one line, with its exit status, and changes nothing. */
class Show10BadInputIT {
    private static Machine machine;
    private static Refusals refusals;

    @BeforeAll
    static void start() throws IOException {
        machine = Machine.start();
        machine.cli().makeVault(machine.file("recovery")).ok();
        machine.cli()
                .run("vault", "create", "other", "--recovery-key-file=" + machine.file("other"))
                .ok();
        refusals = new Refusals(machine);
    }

    @AfterAll
    static void stop() throws IOException {
        machine.close();
    }

    private static void assertRefused(Outcome outcome, int status) throws IOException {
        refusals.assertRefused(outcome, status);
    }

    private static void assertUnchanged() throws IOException {
        refusals.assertUnchanged();
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
        assertRefused(machine.cli().run("add", "--target=user", "--generate", "--", name), 2);
    }

    @ParameterizedTest
    @MethodSource("badNames")
    void aBadVaultNameIsRefusedByTheCommandLine(String name) throws IOException {
        assertRefused(machine.cli().run("vault", "create", "--no-recovery-key", "--", name), 2);
    }

    @ParameterizedTest
    @MethodSource("badNames")
    void aBadNameIsRefusedByTheDaemonToo(String name) throws IOException {
        try (RawConnection connection = new RawConnection(machine.socket())) {
            ReplyMessage reply = connection.call(
                    AddKey.METHOD.qualifiedName(), Map.of("name", name, "target", "user", "generate", true), true);
            assertThat(reply.error()).contains("org.tpmkeyring.BadName");
        }
        assertUnchanged();
    }

    @ParameterizedTest
    @CsvSource({"24, 2", "7+24, 2", "7:md5, 2", "md5:7, 2", "7+7, 2", "seven, 2", "'', 2", "7:sha3_256, 5", "16, 5"})
    void aBadPcrSelectionIsRefused(String selection, int status) throws IOException {
        assertRefused(
                machine.cli().run("vault", "create", "third", "--no-recovery-key", "--tpm2-pcrs=" + selection), status);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 32_768})
    void aKeyOfImpossibleSizeIsRefused(int bytes) throws IOException {
        assertRefused(machine.cli().add(machine.unique("k"), new byte[bytes], "--target=user"), 2);
    }

    @Test
    void whatDoesNotExistIsNamed() throws IOException {
        assertRefused(machine.cli().run("show", "nothing"), 6);
        assertRefused(machine.cli().run("unlock", "nowhere"), 6);
        assertRefused(machine.cli().run("protector", "remove", "tpm2-9", "--yes"), 6);
    }

    @Test
    void whatExistsAlreadyIsNotReplaced() throws IOException {
        assertRefused(machine.cli().run("vault", "create", "default", "--no-recovery-key"), 10);
    }

    @Test
    void aRecoveryKeyWithATypoIsToldFromAWrongOne() throws IOException {
        String key = Files.readString(machine.file("recovery")).strip();
        char last = key.charAt(key.length() - 1);
        String typo = key.substring(0, key.length() - 1) + (last == 'c' ? 'b' : 'c');
        assertRefused(
                machine.cli()
                        .command("recover", "--recovery-key-file=-")
                        .input(typo)
                        .run(),
                2);
        assertRefused(machine.cli().run("recover", "--recovery-key-file=" + machine.file("other")), 3);
    }

    @Nested
    class OnTheSocket {
        @Test
        void halfAMessageHarmsNobody() throws IOException {
            try (RawConnection connection = new RawConnection(machine.socket())) {
                connection.send("{\"method\":\"org.tpmkeyring.Sta".getBytes(StandardCharsets.UTF_8));
            }
            machine.cli().run("status").ok();
            assertUnchanged();
        }

        @Test
        void aMessageWithoutEndIsCutOffAtTheLimit() throws IOException {
            try (RawConnection connection = new RawConnection(machine.socket())) {
                byte[] chunk = " ".repeat(16 * 1024).getBytes(StandardCharsets.UTF_8);
                assertThatThrownBy(() -> {
                            for (int i = 0; i < 4096; i++) {
                                connection.send(chunk);
                            }
                        })
                        .isInstanceOf(IOException.class);
            }
            machine.cli().run("status").ok();
            assertUnchanged();
        }

        @Test
        void aSecretFrameOfFourGibibytesIsRefused() throws IOException {
            try (RawConnection connection = new RawConnection(machine.socket())) {
                ReplyMessage wanted = connection.call(
                        AddKey.METHOD.qualifiedName(), Map.of("name", machine.unique("k"), "target", "user"), true);
                assertThat(wanted.continues()).isTrue();
                connection.send(ByteBuffer.allocate(4).putInt(-1).array());
                assertThat(connection.reply().error()).isPresent();
                assertThat(connection.isEndedByDaemon()).isTrue();
            }
            assertUnchanged();
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "",
                    "null",
                    "[]",
                    "{}",
                    "{\"method\":7}",
                    "{\"method\":\"org.tpmkeyring.Status\",\"parameters\":[]}",
                    "{\"method\":\"org.tpmkeyring.Status\",\"unknown\":1}",
                    "{\"method\":\"org.tpmkeyring.Status\",\"method\":\"org.tpmkeyring.Status\"}",
                    "{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":1}}}}}}}}}"
                })
        void aMessageThatIsNoCallIsAnsweredWithAnErrorOrTheEnd(String json) throws IOException {
            try (RawConnection connection = new RawConnection(machine.socket())) {
                connection.sendMessage(json);
                try {
                    assertThat(connection.reply().error()).isPresent();
                } catch (IOException e) {
                    assertThat(connection.isEndedByDaemon()).isTrue();
                }
            }
            machine.cli().run("status").ok();
            assertUnchanged();
        }
    }
}
