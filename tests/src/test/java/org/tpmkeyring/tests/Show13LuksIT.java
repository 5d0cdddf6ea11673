// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tpmkeyring.protocol.value.KeyState;

/**
 * LUKS volumes from the keyslot to the question of systemd-cryptsetup, with the real cryptsetup on files. The device
 * mapper, which opens a volume, is in the virtual machine's tests.
 */
class Show13LuksIT extends LuksFixture {
    private static final Path CLIENT = Path.of("../tests/clients/cryptsetup.py");

    /** What systemd-cryptsetup would get: a length and the bytes. */
    private String ask() throws IOException {
        return Program.of(
                        "python3", CLIENT.toString(), machine.file("cryptsetup").toString(), name)
                .run()
                .ok()
                .text();
    }

    private List<Path> backups() throws IOException {
        try (Stream<Path> files = Files.list(root.resolve("var/backups/tpm-keyring"))) {
            return files.filter(file -> file.toString().endsWith(".img")).toList();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void aVolumeGetsAKeyslotAndIsOpenedByWhatTheSocketGives(int version) throws Exception {
        LuksImage volume = volume(version);
        Outcome added = add(volume).run().ok();
        assertThat(added.errors()).contains("is copied to").contains("keep that file on another machine");
        assertThat(Files.readString(crypttab)).isEqualTo(FOREIGN + line(volume));
        assertThat(volume.keyslots()).isEqualTo(2);
        assertThat(volume.opensByPassphrase()).isTrue();
        assertThat(volume.opensByToken()).isEqualTo(version == 2);
        Path backup = backups().get(0);
        assertThat(backup.getFileName().toString()).startsWith(name + "-" + volume.uuid());
        assertThat(Files.getPosixFilePermissions(backup)).containsExactly(PosixFilePermission.OWNER_READ);

        assertThat(ask()).as("before a check").isEqualTo("0");
        cli("volume", "check", name).run().ok();
        String answer = ask();
        assertThat(answer).matches("64 [0-9a-f]{64}");
        byte[] key = answer.substring(3).getBytes(StandardCharsets.US_ASCII);
        assertThat(volume.opens(key)).isTrue();
        assertThat(cli("show", name, "--secret").run().ok().text()).isEqualTo(answer.substring(3));

        machine.cli().run("lock").ok();
        assertThat(key().state()).isEqualTo(KeyState.LOCKED);
        assertThat(volume.opensByToken()).isFalse();
        assertThat(ask()).as("a boot vault is unlocked for a volume").isEqualTo(answer);
        assertThat(cli("volume", "list").run().ok().text())
                .contains(name)
                .contains("closed")
                .contains("yes");
        assertThat(machine.daemon().log())
                .contains("key of volume '" + name + "': handed out")
                .doesNotContain(answer.substring(3));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void aVolumeInItsPlaceIsRefusedAndRaisesAnAlarm(int version) throws Exception {
        LuksImage volume = volume(version);
        add(volume).run().ok();
        volume.format(version, "--uuid", volume.uuid());
        Outcome refused = cli("volume", "check", name).run().endedWith(7);
        assertThat(refused.errors())
                .contains("volume '" + name + "' is not the one")
                .contains("hint: ");
        cli("volume", "check", name, "--if-reachable").run().endedWith(7);
        assertThat(ask()).isEqualTo("0");
        assertThat(machine.cli().run("status").text()).contains("ALARM").contains("'" + name + "' is not the one");
        assertThat(machine.daemon().log()).contains("ALARM: volume '" + name + "'");

        assertThat(cli("remove", name, "--yes").run().endedWith(10).errors()).contains("has another identity");
        cli("remove", name, "--yes", "--leave-volume").run().ok();
        assertThat(volume.keyslots()).isEqualTo(1);
        assertThat(Files.readString(crypttab)).isEqualTo(FOREIGN);
    }

    @Test
    void whatIsNoVolumeRaisesAnAlarmAndWhatCannotBeCheckedDoesNot() throws Exception {
        LuksImage volume = volume(2);
        add(volume).run().ok();
        Files.write(volume.image, new byte[1 << 20]);
        assertThat(cli("volume", "check", name, "--if-reachable")
                        .run()
                        .endedWith(7)
                        .errors())
                .contains("it has no LUKS header that can be read");
        Files.delete(volume.image);
        assertThat(cli("volume", "check", name, "--if-reachable").run().ok().errors())
                .contains("volume '" + name + "' is not checked: the device ");
        assertThat(cli("volume", "check", "un" + name, "--if-reachable")
                        .run()
                        .ok()
                        .errors())
                .contains("is not checked: there is no key ");
    }

    @Test
    void whereTheTpmKeepsTheVaultShutTheSocketClosesAndTheLogSaysWhy() throws Exception {
        LuksImage volume = volume(2);
        add(volume).run().ok();
        machine.cli().run("lock").ok();
        machine.tpm().extend(7, 9);
        cli("volume", "check", name).run().ok();
        assertThat(ask()).isEqualTo("0");
        assertThat(machine.daemon().log())
                .contains("refused UnexpectedPCRState")
                .contains("hint: ");
    }

    @Test
    void whatIsWrongIsRefusedBeforeAnythingIsChanged() throws Exception {
        LuksImage volume = volume(2);
        String before = Folder.digest(root);
        Path wrong = Files.writeString(machine.file("wrong"), "wrong");
        Refusals refusals = new Refusals(machine);
        refusals.assertRefused(
                cli("add", name, "--target=luks", "--device=/dev/zero", "--existing-key-file=" + wrong)
                        .run(),
                2);
        refusals.assertRefused(
                cli("add", name, "--target=luks", "--device=/nowhere", "--existing-key-file=" + wrong)
                        .run(),
                6);
        refusals.assertRefused(
                cli("add", name, "--target=luks", "--device=" + volume.image).run(), 2);
        refusals.assertRefused(
                machine.as(1234)
                        .command(
                                "add",
                                name,
                                "--target=luks",
                                "--device=" + volume.image,
                                "--existing-key-file=" + wrong)
                        .run(),
                3);
        refusals.assertRefused(machine.as(1234).run("volume", "check", name), 3);
        assertThat(Folder.digest(root)).isEqualTo(before);
        assertThat(volume.keyslots()).isEqualTo(1);
    }

    @Test
    void aWrongPassphraseTakesEverythingBack() throws Exception {
        LuksImage volume = volume(2);
        String before = volume.dump();
        Files.writeString(volume.passphrase, "wrong");
        Outcome refused = add(volume).run().endedWith(2);
        assertThat(refused.errors())
                .contains("is taken back")
                .contains("none that opens")
                .contains("its copy is deleted");
        assertThat(backups()).isEmpty();
        assertThat(volume.dump()).isEqualTo(before);
        assertThat(keyIsThere()).isFalse();
        assertThat(Files.readString(crypttab)).isEqualTo(FOREIGN);
    }

    /** A token of the key that there is already must not answer in the place of the passphrase. */
    @Test
    void afterAWrongPassphraseTheHintShowsWhichOneIsRight() throws Exception {
        LuksImage volume = volume(2);
        add(volume).run().ok();
        Outcome refused = cli("add", machine.unique("more"), "--target=luks", "--no-crypttab")
                .with("--device=" + volume.image)
                .with("--existing-key-file=" + Files.writeString(machine.file("wrong"), "wrong"))
                .run()
                .endedWith(2);
        String hint = refused.errors()
                .lines()
                .filter(line -> line.startsWith("hint: "))
                .findFirst()
                .orElseThrow()
                .substring("hint: ".length());
        assertThat(volume.opensByToken()).isTrue();
        Program asHinted = Program.of("sh", "-c", hint);
        asHinted.input("wrong").run().endedWith(2);
        asHinted.input(Files.readAllBytes(volume.passphrase)).run().ok();
    }

    /** Nothing is given but the volume; the vault is made for the key. */
    @Test
    void afterAWrongPassphraseTheSameCommandWorks() throws Exception {
        LuksImage volume = volume(1);
        byte[] passphrase = Files.readAllBytes(volume.passphrase);
        Files.writeString(volume.passphrase, "wrong");
        Path file = machine.file("disks.key");
        String[] vault = {"--vault=disks", "--recovery-key-file=" + file};
        assertThat(add(volume, vault).run().endedWith(2).errors()).contains(file + " is deleted");
        assertThat(file).doesNotExist();
        assertThat(backups()).isEmpty();
        Files.write(volume.passphrase, passphrase);
        add(volume, vault).run().ok();
        assertThat(file).exists();
    }

    /** The vault, which is for boot, is shut then: what opened it to add the key opens it to take the key back. */
    @Test
    void aWrongPassphraseTakesEverythingBackAfterTheBootToo() throws Exception {
        LuksImage volume = volume(2);
        String before = volume.dump();
        machine.cli().run("close").ok();
        byte[] passphrase = Files.readAllBytes(volume.passphrase);
        Files.writeString(volume.passphrase, "wrong");
        String recovery = "--unlock-key-file=" + machine.file("recovery");
        Outcome refused = add(volume, recovery).run().endedWith(2);
        assertThat(refused.errors()).contains("is taken back").doesNotContain("could be taken back");
        assertThat(volume.dump()).isEqualTo(before);
        assertThat(keyIsThere()).isFalse();

        Files.write(volume.passphrase, passphrase);
        add(volume, recovery).run().ok();
        assertThat(volume.keyslots()).isEqualTo(2);
    }

    /** A cryptsetup that does something else when it is called for the n-th time. */
    private Program withBadCryptsetup(Program program, int nth, String deed) throws IOException {
        Path bin = Files.createDirectories(machine.file("bin"));
        Path count = Files.writeString(machine.file("count"), "");
        Path fake = Files.writeString(
                bin.resolve("cryptsetup"),
                "#!/bin/sh\necho >> " + count + "\nif [ $(wc -l < " + count + ") = " + nth + " ]; then " + deed
                        + "; fi\nexec /usr/sbin/cryptsetup \"$@\"\n");
        Files.setPosixFilePermissions(fake, PosixFilePermissions.fromString("rwxr-xr-x"));
        return program.env("PATH", bin + ":" + System.getenv("PATH"));
    }

    /** Where nobody could tell what the header is, a passphrase has to be possible. */
    @ParameterizedTest
    @ValueSource(strings = {"exit 4", "kill -KILL $$"})
    void aCryptsetupThatFailsIsNoAlarm(String deed) throws Exception {
        add(volume(2)).run().ok();
        Program check = withBadCryptsetup(cli("volume", "check", name, "--if-reachable"), 1, deed);
        assertThat(check.run().ok().errors()).contains("volume '" + name + "' is not checked");
        assertThat(machine.cli().run("status").text()).doesNotContain("ALARM");
    }

    /** header, backup, keyslot, trial, token. */
    @ParameterizedTest
    @ValueSource(ints = {3, 4, 5})
    void aFailureMidwayTakesEverythingBack(int nth) throws Exception {
        LuksImage volume = volume(2);
        String tokens = tokens(volume);
        Outcome failed =
                withBadCryptsetup(add(volume), nth, "echo broken >&2; exit 4").run();
        assertThat(failed.status()).as(failed.errors()).isEqualTo(1);
        assertThat(failed.errors()).contains("is taken back");
        assertThat(backups()).hasSize(nth == 3 ? 0 : 1);
        backups().forEach(backup -> assertThat(failed.errors()).contains("stays, " + backup));
        assertThat(volume.keyslots()).isEqualTo(1);
        assertThat(tokens(volume)).isEqualTo(tokens);
        assertThat(volume.opensByPassphrase()).isTrue();
        assertThat(keyIsThere()).isFalse();
        assertThat(Files.readString(crypttab)).isEqualTo(FOREIGN);
        add(volume).run().ok();
    }

    private static String tokens(LuksImage volume) throws IOException {
        String dump = volume.dump();
        return dump.substring(dump.indexOf("Tokens:"), dump.indexOf("Digests:"));
    }

    /** What is killed leaves a volume that opens as before, and what it left can be removed. */
    @ParameterizedTest
    @ValueSource(ints = {3, 4, 5})
    void beingKilledMidwayLeavesAVolumeThatOpensAsBefore(int nth) throws Exception {
        LuksImage volume = volume(2);
        String kill = "p=$PPID; until [ \"$(cat /proc/$p/comm)\" = java ]; do p=$(cut -d' ' -f4 /proc/$p/stat); done;"
                + " kill -9 $p; exit 1";
        withBadCryptsetup(add(volume), nth, kill).run().endedWith(137);
        assertThat(volume.opensByPassphrase()).isTrue();
        assertThat(Files.readString(crypttab)).isEqualTo(FOREIGN);
        if (keyIsThere()) {
            if (volume.keyslots() == 1) {
                cli("remove", name, "--yes").run().endedWith(10);
                cli("remove", name, "--yes", "--leave-volume").run().ok();
            } else {
                cli("remove", name, "--yes").run().ok();
            }
        }
        assertThat(volume.opensByPassphrase()).isTrue();
        assertThat(volume.keyslots()).isEqualTo(1);
        add(volume).run().ok();
        assertThat(volume.opensByToken()).isTrue();
    }

    private static final String FIND_JAVA =
            "p=$PPID; until [ \"$(cat /proc/$p/comm)\" = java ]; do p=$(cut -d' ' -f4 /proc/$p/stat); done; ";

    /** header, backup, keyslot, trial, token: the program goes on although the one that waits for it is told to end. */
    @ParameterizedTest
    @ValueSource(ints = {3, 4, 5})
    void beingToldToEndMidwayEndsTheProgramAndTakesEverythingBack(int nth) throws Exception {
        LuksImage volume = volume(2);
        Path finished = machine.file("finished");
        String deed =
                FIND_JAVA + "kill -TERM $p; sleep 20; /usr/sbin/cryptsetup \"$@\"; echo > " + finished + "; exit 0";
        Outcome ended = withBadCryptsetup(add(volume), nth, deed).run().endedWith(143);
        assertThat(ended.errors()).contains("is taken back");
        assertThat(finished).doesNotExist();
        assertThat(volume.keyslots()).isEqualTo(1);
        assertThat(volume.dump()).doesNotContain("luks2-keyring");
        assertThat(volume.opensByPassphrase()).isTrue();
        assertThat(keyIsThere()).isFalse();
        assertThat(Files.readString(crypttab)).isEqualTo(FOREIGN);
        add(volume).run().ok();
    }
}
