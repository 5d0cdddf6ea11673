// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tpmkeyring.protocol.api.AddKey;
import org.tpmkeyring.protocol.api.ListVaults;
import org.tpmkeyring.protocol.api.Status;
import org.tpmkeyring.protocol.wire.ReplyMessage;

/** What is wrong is refused in one line, with its exit status, and changes nothing. */
class Show10BadInputIT {
    private Machine machine;
    private String before;

    @BeforeEach
    void start() throws IOException {
        machine = Machine.start();
        machine.cli().makeVault(machine.file("recovery")).ok();
        before = Folder.digest(machine.state());
    }

    @AfterEach
    void stop() throws IOException {
        machine.close();
    }

    private void addKey() throws IOException {
        machine.cli()
                .run("add", machine.unique("key"), "--target=user", "--generate")
                .ok();
    }

    private void assertRefused(Outcome outcome, int status) throws IOException {
        outcome.endedWith(status);
        List<String> lines = outcome.errors().lines().toList();
        assertThat(lines).as(outcome.errors()).hasSizeBetween(1, 2);
        assertThat(lines.get(0)).startsWith("tpm-keyring: ").doesNotContain("Exception");
        if (lines.size() == 2) {
            assertThat(lines.get(1)).startsWith("hint: ");
        }
        assertUnchanged();
    }

    private void assertUnchanged() throws IOException {
        assertThat(Folder.digest(machine.state())).as("the state directory").isEqualTo(before);
        assertThat(machine.daemon().isAlive()).isTrue();
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
                machine.cli().run("vault", "create", "other", "--no-recovery-key", "--tpm2-pcrs=" + selection), status);
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
        machine.cli()
                .run("vault", "create", "other", "--recovery-key-file=" + machine.file("other"))
                .ok();
        before = Folder.digest(machine.state());
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

    @Nested
    class VaultFilesThatAreNotWhole {
        private void assertDamaged(int status) throws IOException {
            machine.daemon().stop();
            machine.startDaemon();
            before = Folder.digest(machine.state());
            assertThat(machine.cli().run("unlock").status()).isEqualTo(status);
            machine.cli().run("status").ok();
            assertThat(machine.cli()
                            .json(ListVaults.Reply.class, "vault", "list")
                            .vaults())
                    .anyMatch(vault -> vault.damage().isPresent());
            assertUnchanged();
        }

        @Test
        void halfOfItIsThere() throws IOException {
            new VaultFiles(machine).rewrite(bytes -> Arrays.copyOf(bytes, bytes.length / 2));
            assertDamaged(1);
        }

        @ParameterizedTest
        @ValueSource(ints = {0, 25, 50, 75, 99})
        void oneByteIsFlippedSomewhere(int percent) throws IOException {
            new VaultFiles(machine).rewrite(bytes -> {
                bytes[bytes.length * percent / 100] ^= 0x20;
                return bytes;
            });
            assertDamaged(1);
        }
    }

    @Nested
    class VaultFilesOfAnotherKind {
        private void restart() throws IOException {
            machine.daemon().stop();
            machine.startDaemon();
            before = Folder.digest(machine.state());
        }

        @Test
        void aLaterProgramWroteIt() throws IOException {
            new VaultFiles(machine)
                    .rewrite(bytes -> new String(bytes, StandardCharsets.ISO_8859_1)
                            .replaceFirst("^tpm-keyring-vault 1 ", "tpm-keyring-vault 2 ")
                            .getBytes(StandardCharsets.ISO_8859_1));
            restart();
            assertThat(machine.cli().run("unlock").status()).isEqualTo(5);
            assertUnchanged();
        }

        @Test
        void twoOfThemWereSwapped() throws IOException {
            machine.cli()
                    .run("vault", "create", "second", "--no-recovery-key", "--tpm2-pcrs=7")
                    .ok();
            List<Path> both = new VaultFiles(machine).current();
            byte[] first = Files.readAllBytes(both.get(0));
            Files.write(both.get(0), Files.readAllBytes(both.get(1)));
            Files.write(both.get(1), first);
            restart();
            assertThat(machine.cli().run("unlock", "default").status()).isNotZero();
            assertThat(machine.cli().run("unlock", "second").status()).isNotZero();
            assertUnchanged();
        }

        @Test
        void itsModeLetsOthersWrite() throws IOException {
            Files.setPosixFilePermissions(new VaultFiles(machine).only(), PosixFilePermissions.fromString("rw-rw-rw-"));
            restart();
            assertThat(machine.cli().run("unlock").status()).isEqualTo(1);
            assertUnchanged();
        }
    }

    @Nested
    class WithoutWhatItNeeds {
        @Test
        void thereIsNoDaemon() throws IOException {
            machine.daemon().stop();
            machine.cli().run("list").endedWith(9);
        }

        @Test
        void thereIsNoTpm() throws IOException {
            addKey();
            machine.cli().run("lock").ok();
            before = Folder.digest(machine.state());
            machine.daemon().stop();
            machine.startDaemon("swtpm:path=" + machine.file("nothing"));
            assertRefused(machine.cli().run("unlock"), 4);
            machine.cli().run("status").ok();
            machine.cli().run("list").ok();
        }

        @Test
        void theTpmWentAwayAndCameBack() throws IOException {
            addKey();
            before = Folder.digest(machine.state());
            machine.cli().run("lock").ok();
            machine.cli().run("unlock").ok();
            machine.tpm().stop();
            machine.cli().run("lock").ok();
            assertRefused(machine.cli().run("unlock"), 4);
            assertThat(machine.cli().json(Status.Reply.class, "status").vaults())
                    .hasSize(1);
            machine.reboot();
            machine.cli().run("unlock").ok();
        }
    }
}
