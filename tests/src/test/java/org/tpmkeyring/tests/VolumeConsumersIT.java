// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.tpmkeyring.testing.Requires;

/**
 * What zfs and bcachefs get, byte for byte. No kernel at hand has either file system, so a command of the same name
 * writes down how it was called and what it was fed.
 */
class VolumeConsumersIT {
    private static final String UUID = "0f4c1d2e-0000-4000-8000-00000000abcd";

    private Machine machine;
    private Path bin;
    private String name;

    @BeforeEach
    void start() throws IOException {
        Requires.root();
        Requires.command("keyctl");
        machine = Machine.start();
        machine.cli().makeVault(machine.file("recovery")).ok();
        bin = Files.createDirectory(machine.file("bin"));
        name = machine.unique("tank");
    }

    @AfterEach
    void stop() throws IOException {
        machine.close();
    }

    /** A command that keeps its arguments and its input in files. */
    private void recorder(String command) throws IOException {
        Path fake = Files.writeString(
                bin.resolve(command),
                "#!/bin/sh\nprintf '%s\\n' \"$@\" > " + machine.file("arguments") + "\ncat > " + machine.file("input")
                        + "\n");
        Files.setPosixFilePermissions(fake, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private Program feedKey(String... arguments) {
        return Program.of(Dist.program("keyringd")
                        .getParent()
                        .resolveSibling("lib/feed-key")
                        .toString())
                .with(arguments)
                .env("PATH", bin + ":" + System.getenv("PATH"));
    }

    private byte[] input() throws IOException {
        return Files.readAllBytes(machine.file("input"));
    }

    @Test
    void zfsIsFedExactlyTheKeyOfTheDataset() throws Exception {
        recorder("zfs");
        byte[] raw = new byte[32];
        for (int i = 0; i < raw.length; i++) {
            raw[i] = (byte) (i == 3 ? '\n' : i * 9);
        }
        machine.cli().add(name, raw, "--target=zfs", "--dataset=tank/my home").ok();
        feedKey(name, "zfs", "load-key", "tank/my home").run().ok();
        assertThat(input()).isEqualTo(raw);
        assertThat(Files.readString(machine.file("arguments"))).isEqualTo("load-key\ntank/my home\n");
    }

    @Test
    void zfsIsFedALineOfHexDigitsOrAPassphraseAsItsFormatHasIt() throws Exception {
        recorder("zfs");
        machine.cli()
                .run("add", name, "--target=zfs", "--dataset=tank", "--format=hex", "--generate")
                .ok();
        feedKey(name, "zfs", "load-key", "tank").run().ok();
        String hex = new String(input(), StandardCharsets.US_ASCII);
        assertThat(hex).matches("[0-9a-f]{64}");
        assertThat(machine.cli().run("show", name, "--secret").ok().text()).isEqualTo(hex);

        String other = name + "-p";
        machine.cli()
                .add(
                        other,
                        "correct horse".getBytes(StandardCharsets.US_ASCII),
                        "--target=zfs",
                        "--dataset=tank/p",
                        "--format=passphrase")
                .ok();
        feedKey(other, "zfs", "load-key", "tank/p").run().ok();
        assertThat(input()).isEqualTo("correct horse".getBytes(StandardCharsets.US_ASCII));
    }

    @Test
    void bcachefsFindsTheKeyThatItsOwnCommandMadeUnderTheSameName() throws Exception {
        byte[] key = new byte[32];
        key[0] = 7;
        machine.cli().add(name, key, "--target=bcachefs", "--uuid=" + UUID).ok();
        Outcome found = Program.of("keyctl", "pipe", "%user:bcachefs:" + UUID)
                .inSession()
                .run()
                .ok();
        assertThat(found.output()).isEqualTo(key);
        machine.cli().run("lock").ok();
        Program.of("keyctl", "search", "@u", "user", "bcachefs:" + UUID).run().endedWith(1);
        machine.cli().run("unlock").ok();
        assertThat(Program.of("keyctl", "pipe", "%user:bcachefs:" + UUID)
                        .inSession()
                        .run()
                        .ok()
                        .output())
                .isEqualTo(key);
    }

    @Test
    void dmCryptGetsALogonKeyAndTheTableIsTold() throws Exception {
        machine.cli().run("add", name, "--target=dm-crypt", "--generate").ok();
        Program.of("keyctl", "search", "@u", "logon", "tpm-keyring:" + name)
                .run()
                .ok();
        Program.of("keyctl", "pipe", "%logon:tpm-keyring:" + name)
                .inSession()
                .run()
                .endedWith(1);
        assertThat(machine.cli().run("show", name).ok().text()).contains(":64:logon:tpm-keyring:" + name);
    }

    @Test
    void aKeyThatIsNotThereIsToldAndTheCommandIsNotRun() throws Exception {
        recorder("zfs");
        Outcome refused =
                feedKey("no-such-key", "zfs", "load-key", "tank").run().endedWith(6);
        assertThat(refused.errors()).isEqualTo("""
                        feed-key: key 'no-such-key' is not in root's user keyring
                        hint: tpm-keyring unlock --all --when=boot
                        """);
        assertThat(machine.file("arguments")).doesNotExist();
        feedKey("only-a-name").run().endedWith(2);
    }

    @Test
    void theCommandKeepsItsStandardInputWhereTheKeyIsOnDescriptorThree() throws Exception {
        machine.cli()
                .run("add", name, "--target=zfs", "--dataset=tank", "--format=hex", "--generate")
                .ok();
        Outcome both = feedKey("-3", name, "sh", "-c", "cat; cat <&3; exit 5")
                .input("typed ")
                .run()
                .endedWith(5);
        assertThat(both.text()).matches("typed [0-9a-f]{64}");
        assertThat(both.errors()).isEmpty();
    }
}
