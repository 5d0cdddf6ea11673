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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tpmkeyring.protocol.api.ListVaults;

/** Vault files that somebody broke, swapped or brought from elsewhere. */
class Show10BadFilesIT {
    private Machine machine;
    private StateOnDisk state;

    @BeforeEach
    void start() throws IOException {
        machine = Machine.start();
        machine.cli().makeVault(machine.file("recovery")).ok();
        machine.cli().run("add", machine.unique("key"), "--target=user", "--generate").ok();
        machine.cli().run("lock").ok();
        state = new StateOnDisk(machine);
    }

    @AfterEach
    void stop() throws IOException {
        machine.close();
    }

    private VaultFiles files() {
        return new VaultFiles(machine);
    }

    private void assertDamaged(int status) throws IOException {
        restart();
        assertThat(machine.cli().run("unlock").status()).isEqualTo(status);
        machine.cli().run("status").ok();
        assertThat(machine.cli()
                        .json(ListVaults.Reply.class, "vault", "list")
                        .vaults())
                .anyMatch(vault -> vault.damage().isPresent());
        state.assertUnchanged();
    }

    @Test
    void halfOfItIsThere() throws IOException {
        files().rewrite(bytes -> Arrays.copyOf(bytes, bytes.length / 2));
        assertDamaged(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 25, 50, 75, 99})
    void oneByteIsFlippedSomewhere(int percent) throws IOException {
        files().rewrite(bytes -> {
            bytes[bytes.length * percent / 100] ^= 0x20;
            return bytes;
        });
        assertDamaged(1);
    }

    private void restart() throws IOException {
        machine.daemon().stop();
        machine.startDaemon();
        state = new StateOnDisk(machine);
    }

    @Test
    void aLaterProgramWroteIt() throws IOException {
        files().rewrite(bytes -> new String(bytes, StandardCharsets.ISO_8859_1)
                .replaceFirst("^tpm-keyring-vault 1 ", "tpm-keyring-vault 2 ")
                .getBytes(StandardCharsets.ISO_8859_1));
        restart();
        assertThat(machine.cli().run("unlock").status()).isEqualTo(5);
        state.assertUnchanged();
    }

    @Test
    void twoOfThemWereSwapped() throws IOException {
        machine.cli()
                .run("vault", "create", "second", "--no-recovery-key", "--tpm2-pcrs=7")
                .ok();
        List<Path> both = files().current();
        byte[] first = Files.readAllBytes(both.get(0));
        Files.write(both.get(0), Files.readAllBytes(both.get(1)));
        Files.write(both.get(1), first);
        restart();
        assertThat(machine.cli().run("unlock", "default").status()).isNotZero();
        assertThat(machine.cli().run("unlock", "second").status()).isNotZero();
        state.assertUnchanged();
    }

    @Test
    void itsModeLetsOthersWrite() throws IOException {
        Files.setPosixFilePermissions(files().only(), PosixFilePermissions.fromString("rw-rw-rw-"));
        restart();
        assertThat(machine.cli().run("unlock").status()).isEqualTo(1);
        state.assertUnchanged();
    }
}
