// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tpmkeyring.protocol.value.KeyState;

/** What becomes of a volume and of its line in /etc/crypttab when its key is removed, and when that is refused. */
class LuksRemovalIT extends LuksFixture {
    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void aRemovedKeyTakesItsKeyslotTokenAndLineWithIt(int version) throws Exception {
        LuksImage volume = volume(version);
        String before = volume.dump();
        add(volume).run().ok();
        machine.cli().run("lock").ok();
        cli("remove", name, "--yes").run().ok();
        assertThat(volume.keyslots()).isEqualTo(1);
        assertThat(volume.opensByPassphrase()).isTrue();
        assertThat(volume.dump().lines().filter(line -> line.contains("luks2-keyring")))
                .isEmpty();
        assertThat(Files.readString(crypttab)).isEqualTo(FOREIGN);
        assertThat(keyIsThere()).isFalse();
        assertThat(volume.dump().lines().count()).isEqualTo(before.lines().count());
    }

    @Test
    void theLastKeyslotIsNeverRemoved() throws Exception {
        LuksImage volume = volume(2);
        add(volume).run().ok();
        LuksImage.cryptsetup("luksKillSlot", volume.image.toString(), "0").run().ok();
        Outcome refused = cli("remove", name, "--yes").run().endedWith(10);
        assertThat(refused.errors())
                .contains("keyslot 1 is the only one")
                .contains("hint: tpm-keyring show " + name + " --secret")
                .contains("cryptsetup luksAddKey " + volume.image);
        assertThat(keyIsThere()).isTrue();
        assertThat(volume.opensByToken()).isTrue();

        byte[] passphrase = cli("show", name, "--secret").run().ok().text().getBytes(StandardCharsets.US_ASCII);
        Path existing = Files.write(machine.file("existing"), passphrase);
        LuksImage.cryptsetup(
                        "luksAddKey", "--key-file=" + existing, volume.image.toString(), volume.passphrase.toString())
                .run()
                .ok();
        cli("remove", name, "--yes").run().ok();
        assertThat(volume.opensByPassphrase()).isTrue();
        assertThat(volume.keyslots()).isEqualTo(1);
    }

    /** No other keyslot, no token, and the key out of the kernel: the state after a boot. */
    private void leaveOurKeyslotAlone(LuksImage volume, int version) throws IOException {
        LuksImage.cryptsetup("luksKillSlot", volume.image.toString(), "0").run().ok();
        if (version == 2) {
            LuksImage.cryptsetup("token", "remove", "--token-id", "0", volume.image.toString())
                    .run()
                    .ok();
        }
        machine.cli().run("close").ok();
        assertThat(key().state()).isEqualTo(KeyState.LOCKED);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void behindTheClosedDoorTheLastKeyslotIsNotRemovedEither(int version) throws Exception {
        LuksImage volume = volume(version);
        add(volume).run().ok();
        leaveOurKeyslotAlone(volume, version);
        String table = Files.readString(crypttab);
        Outcome shut = cli("remove", name, "--yes").run().endedWith(10);
        assertThat(shut.errors()).contains("cannot be tried").contains("--unlock-key-file FILE");
        String recovery = "--unlock-key-file=" + machine.file("recovery");
        assertThat(cli("remove", name, "--yes", recovery).run().endedWith(10).errors())
                .contains("keyslot 1 is the only one");
        assertThat(cli("vault", "remove", "default", "--with-keys", "--yes", recovery)
                        .run()
                        .endedWith(10)
                        .errors())
                .contains("keyslot 1 is the only one");
        assertThat(keyIsThere()).isTrue();
        assertThat(Files.readString(crypttab)).isEqualTo(table);
        byte[] key = cli("show", name, "--secret", recovery).run().ok().text().getBytes(StandardCharsets.US_ASCII);
        assertThat(volume.opens(key)).isTrue();
    }

    /** A volume with two keys of the same vault and, but for them, nothing that opens it. */
    private LuksImage withTwoKeysAlone(int version, String second) throws IOException {
        LuksImage volume = volume(version);
        add(volume).run().ok();
        cli("add", second, "--target=luks", "--no-crypttab")
                .with("--device=" + volume.image, "--existing-key-file=" + volume.passphrase)
                .run()
                .ok();
        LuksImage.cryptsetup("luksKillSlot", volume.image.toString(), "0").run().ok();
        return volume;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void twoKeysOfOneVaultAreNoWayInForEachOther(int version) throws Exception {
        String second = machine.unique("more");
        LuksImage volume = withTwoKeysAlone(version, second);
        assertThat(cli("vault", "remove", "default", "--with-keys", "--yes")
                        .run()
                        .endedWith(10)
                        .errors())
                .contains("is of a key that goes with it or is lost")
                .contains("hint: tpm-keyring show ")
                .contains("tpm-keyring vault remove default --with-keys --leave-volume");
        assertThat(volume.keyslots()).isEqualTo(2);
        cli("remove", name, "--yes").run().ok();
        assertThat(volume.keyslots()).isEqualTo(1);
        assertThat(cli("remove", second, "--yes").run().endedWith(10).errors()).contains("keyslot 2 is the only one");
    }

    @Test
    void theKeyslotOfALostKeyIsNoOtherWayIn() throws Exception {
        String second = machine.unique("more");
        LuksImage volume = withTwoKeysAlone(2, second);
        cli("remove", second, "--yes", "--leave-volume").run().ok();
        assertThat(cli("remove", name, "--yes").run().endedWith(10).errors())
                .contains("keyslot 2, is of a key that goes with it or is lost");
        assertThat(volume.keyslots()).isEqualTo(2);
        assertThat(volume.opensByToken()).isTrue();
    }

    @Test
    void behindTheClosedDoorARecoveryKeyFromStandardInputRemovesKeyAndKeyslot() throws Exception {
        LuksImage volume = volume(1);
        add(volume).run().ok();
        machine.cli().run("close").ok();
        cli("remove", name, "--yes", "--unlock-key-file=-")
                .input(Files.readAllBytes(machine.file("recovery")))
                .run()
                .ok();
        assertThat(volume.keyslots()).isEqualTo(1);
        assertThat(volume.opensByPassphrase()).isTrue();
        assertThat(keyIsThere()).isFalse();
        assertThat(Files.readString(crypttab)).isEqualTo(FOREIGN);
    }

    @Test
    void aVolumeThatIsNotThereKeepsItsKeyUnlessItIsGivenUp() throws Exception {
        LuksImage volume = volume(2);
        add(volume).run().ok();
        Path away = Files.move(volume.image, machine.file("away"));
        assertThat(cli("remove", name, "--yes").run().endedWith(10).errors())
                .contains("is not there")
                .contains("--leave-volume");
        cli("vault", "remove", "default", "--with-keys", "--yes").run().endedWith(10);
        assertThat(keyIsThere()).isTrue();
        Files.move(away, volume.image);
        assertThat(volume.opensByToken()).isTrue();

        Outcome given = cli("remove", name, "--yes", "--leave-volume").run().ok();
        assertThat(given.errors()).contains("a key that is lost");
        assertThat(volume.keyslots()).isEqualTo(2);
        assertThat(Files.readString(crypttab)).isEqualTo(FOREIGN);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void aRemovedVaultTakesKeyslotsTokensAndLinesWithIt(int version) throws Exception {
        LuksImage volume = volume(version);
        add(volume).run().ok();
        cli("vault", "remove", "default", "--with-keys", "--yes").run().ok();
        assertThat(volume.keyslots()).isEqualTo(1);
        assertThat(volume.opensByPassphrase()).isTrue();
        assertThat(volume.dump()).doesNotContain("luks2-keyring");
        assertThat(Files.readString(crypttab)).isEqualTo(FOREIGN);
    }

    @Test
    void aLineAboutTheVolumeIsChangedOnlyWhenItIsThatDeviceAndAfterAsking() throws Exception {
        LuksImage volume = volume(2);
        String after = "  # note\n" + name + " /dev/second none\n# end";
        String before = FOREIGN + name + "  " + volume.image + "\tnone luks,tpm2-device=auto,discard" + after;
        Files.writeString(crypttab, before);
        add(volume).run().endedWith(2);
        assertThat(keyIsThere()).isFalse();
        Outcome added = add(volume).with("--yes").run().ok();
        assertThat(added.errors()).contains("Without tpm2-device=auto").contains("none luks,tpm2-device=auto,discard");
        assertThat(Files.readString(crypttab))
                .isEqualTo(FOREIGN + name + "  " + volume.image + "\t" + machine.file("cryptsetup") + " luks,discard"
                        + after);
        cli("remove", name, "--yes").run().ok();
        assertThat(Files.readString(crypttab)).isEqualTo(before);

        Files.writeString(crypttab, name + " " + volume.image + " none plain\n");
        assertThat(add(volume).with("--yes").run().endedWith(2).errors()).contains("the option plain");

        Files.writeString(crypttab, name + " /dev/another none luks\n");
        Outcome refused = add(volume).with("--yes").run().endedWith(2);
        assertThat(refused.errors()).contains("names another device");
        add(volume).with("--no-crypttab").run().ok();
        assertThat(Files.readString(crypttab)).isEqualTo(name + " /dev/another none luks\n");
    }
}
