// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tpmkeyring.protocol.api.ListVaults;
import org.tpmkeyring.protocol.api.Status;
import org.tpmkeyring.protocol.api.VaultInfo;

/** Vault files that are not what they should be, no daemon, no TPM: told, survived, and left as they are. */
class Show10BadStateIT {
    private Machine machine;
    private VaultFiles files;

    @BeforeEach
    void start() throws IOException {
        machine = Machine.start();
        files = new VaultFiles(machine);
        machine.cli().makeVault(machine.file("recovery")).ok();
        machine.cli()
                .run("add", machine.unique("key"), "--target=user", "--generate")
                .ok();
        machine.cli().run("lock").ok();
    }

    @AfterEach
    void stop() throws IOException {
        machine.close();
    }

    private Refusals restart() throws IOException {
        machine.daemon().stop();
        machine.startDaemon();
        return new Refusals(machine);
    }

    private List<VaultInfo> vaults() throws IOException {
        return machine.cli().json(ListVaults.Reply.class, "vault", "list").vaults();
    }

    @Nested
    class VaultFilesThatAreNotWhole {
        private void assertDamagedAndRestorable() throws IOException {
            Refusals refusals = restart();
            assertThat(machine.cli().run("unlock").status()).isEqualTo(1);
            assertThat(vaults()).hasSize(1).allMatch(vault -> vault.damage().isPresent());
            machine.cli().run("status").ok();
            refusals.assertUnchanged();

            byte[] damaged = Files.readAllBytes(files.only());
            machine.cli().run("vault", "restore", vaults().get(0).id()).ok();
            assertThat(Path.of(files.only() + ".damaged")).hasBinaryContent(damaged);
            assertThat(vaults()).hasSize(1).allMatch(vault -> vault.damage().isEmpty());
            machine.cli().run("unlock").ok();
        }

        @Test
        void halfOfItIsThere() throws IOException {
            files.rewrite(bytes -> Arrays.copyOf(bytes, bytes.length / 2));
            assertDamagedAndRestorable();
        }

        @Test
        void itIsEmpty() throws IOException {
            files.rewrite(bytes -> new byte[0]);
            assertDamagedAndRestorable();
        }

        @ParameterizedTest
        @ValueSource(ints = {0, 25, 50, 75, 99})
        void oneByteIsFlippedSomewhere(int percent) throws IOException {
            files.rewrite(bytes -> {
                bytes[bytes.length * percent / 100] ^= 0x20;
                return bytes;
            });
            assertDamagedAndRestorable();
        }
    }

    @Nested
    class ATpmThatWasCleared {
        private String told(String command) throws IOException {
            return machine.cli().run(command).text().replaceAll("\\s+", " ");
        }

        @Test
        void isFoundByDoctorAndExplainAndMendedByWhatTheySay() throws IOException {
            machine.tpm().tool("tpm2_clear");
            assertThat(machine.cli().run("doctor").status()).isEqualTo(1);
            assertThat(told("doctor"))
                    .contains("was sealed by another TPM, or this TPM was cleared since")
                    .contains("tpm-keyring recover default --reseal");
            assertThat(told("explain"))
                    .startsWith("vault 'default' was sealed by another TPM, or this TPM was cleared since")
                    .contains("tpm-keyring recover default --reseal");
            machine.cli()
                    .run("recover", "--reseal", "--recovery-key-file=" + machine.file("recovery"))
                    .ok();
            assertThat(told("doctor")).contains("this TPM has the key that the vaults are sealed under");
        }
    }

    @Nested
    class VaultFilesOfAnotherKind {
        @Test
        void aLaterProgramWroteIt() throws IOException {
            files.rewrite(bytes -> new String(bytes, StandardCharsets.ISO_8859_1)
                    .replaceFirst("^tpm-keyring-vault 1 ", "tpm-keyring-vault 2 ")
                    .getBytes(StandardCharsets.ISO_8859_1));
            Refusals refusals = restart();
            assertThat(machine.cli().run("unlock").status()).isEqualTo(5);
            refusals.assertUnchanged();
        }

        @Test
        void twoOfThemWereSwapped() throws IOException {
            machine.cli()
                    .run("vault", "create", "second", "--no-recovery-key", "--tpm2-pcrs=7")
                    .ok();
            List<Path> both = files.current();
            byte[] first = Files.readAllBytes(both.get(0));
            Files.write(both.get(0), Files.readAllBytes(both.get(1)));
            Files.write(both.get(1), first);
            Refusals refusals = restart();
            assertThat(machine.cli().run("unlock", "default").status()).isNotZero();
            assertThat(machine.cli().run("unlock", "second").status()).isNotZero();
            refusals.assertUnchanged();
        }

        @Test
        void itsModeLetsOthersWrite() throws IOException {
            Files.setPosixFilePermissions(files.only(), PosixFilePermissions.fromString("rw-rw-rw-"));
            Refusals refusals = restart();
            assertThat(machine.cli().run("unlock").status()).isEqualTo(1);
            refusals.assertUnchanged();
        }
    }

    @Nested
    class WithoutWhatItNeeds {
        @Test
        void thereIsNoDaemon() throws IOException {
            machine.daemon().stop();
            Outcome refused = machine.cli().run("list").endedWith(9);
            assertThat(refused.errors().lines().toList()).hasSize(2);
        }

        @Test
        void aSecondDaemonOnTheSameStateIsRefused() throws IOException {
            Outcome second = Program.of(
                            Dist.program("keyringd").toString(),
                            "--tpm2-device=" + machine.tpm().tcti(),
                            "--state-dir=" + machine.state(),
                            "--socket=" + machine.file("second"))
                    .run();
            assertThat(second.status()).isNotZero();
            assertThat(second.errors().lines().findFirst().orElse("")).startsWith("keyringd: ");
            machine.cli().run("unlock").ok();
        }

        @Test
        void thereIsNoTpm() throws IOException {
            machine.daemon().stop();
            machine.startDaemon("swtpm:path=" + machine.file("nothing"));
            new Refusals(machine).assertRefused(machine.cli().run("unlock"), 4);
            machine.cli().run("status").ok();
            machine.cli().run("list").ok();
        }

        @Test
        void theTpmWentAwayAndCameBack() throws IOException {
            machine.cli().run("unlock").ok();
            machine.tpm().stop();
            machine.cli().run("lock").ok();
            new Refusals(machine).assertRefused(machine.cli().run("unlock"), 4);
            assertThat(machine.cli().json(Status.Reply.class, "status").vaults())
                    .hasSize(1);
            machine.reboot();
            machine.cli().run("unlock").ok();
        }
    }
}
