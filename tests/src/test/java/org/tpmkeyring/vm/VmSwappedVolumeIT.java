// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.vm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Another volume in the place of the sealed one, with its UUID and a passphrase somebody knows: show 4. */
class VmSwappedVolumeIT extends BootedMachine {
    /** The administrator's header backup tells the UUID that the volume had. */
    private static final String SAME_UUID = """
            cryptsetup luksUUID --batch-mode --uuid "$(cat /root/uuid)" /dev/vdb
            """;

    @BeforeAll
    void bootWithTheOtherVolume() throws IOException {
        take(12, "swapped");
        vm().replaceDisk("data", "twin");
        boot(Boot.USUAL.after(SAME_UUID));
    }

    @Test
    void show4ItIsTheSameUuidAndThePassphraseOpensIt() throws IOException {
        assertThat(guest().must("cryptsetup luksUUID /dev/disk/by-id/virtio-data"))
                .isEqualTo(guest().must("cat /root/uuid"));
        guest().must("keyctl session - cryptsetup open --test-passphrase --disable-external-tokens"
                + " --key-file /root/passphrase /dev/disk/by-id/virtio-data");
    }

    @Test
    void show4ItIsNotOpened() throws IOException {
        assertThat(volumeIsOpen()).isFalse();
        assertThat(guest().must("cat /srv/private/file /srv/documents/file"))
                .isEqualTo("in the eCryptfs directory\nin the fscrypt directory");
    }

    @Test
    void show4NobodyIsAskedForItsPassphrase() throws IOException {
        assertThat(guest().run("systemctl start systemd-cryptsetup@data.service")
                        .status())
                .isNotZero();
        assertThat(guest().console()).doesNotContainIgnoringCase("passphrase for", "please enter");
        assertThat(volumeIsOpen()).isFalse();
    }

    /** The door is shut by now: these keys are in a vault of their own, which is not for the boot. */
    private static final String OTHER_DIRECTORIES = """
            set -e
            tpm-keyring vault create stranger --when=manual --tpm2-pcrs=7 --recovery-key-file=/root/stranger-key
            for key in lower other-lower; do
                tpm-keyring add $key --vault stranger --target ecryptfs --generate
            done
            for key in policy other-policy; do
                mkdir /srv/$key
                tpm-keyring add $key --vault stranger --target fscrypt --generate --mount / --directory /srv/$key
            done
            mkdir /srv/lower.locked /srv/plain.locked /srv/own /srv/first /srv/second /srv/third
            cat >>/etc/tpm-keyring/mounttab <<'END'
            /srv/lower.locked /srv/own    ecryptfs key=other-lower,noauto
            /srv/lower.locked /srv/first  ecryptfs key=lower,noauto
            /srv/plain.locked /srv/second ecryptfs key=lower,noauto
            /srv/other-policy /srv/third  fscrypt  key=policy,noauto
            END
            tpm-keyring mount /srv/own
            echo 'of another key' >/srv/own/file
            tpm-keyring umount /srv/own
            echo 'in plain text' >/srv/plain.locked/file
            """;

    @Test
    void show4OtherDirectoriesAreNotMountedEither() throws IOException {
        guest().must(OTHER_DIRECTORIES);
        assertNotMounted("/srv/first", "/srv/lower.locked", "it is encrypted with ");
        assertNotMounted("/srv/second", "/srv/plain.locked", "it is not encrypted");
        assertNotMounted("/srv/third", "/srv/other-policy", "it is encrypted with ");
        guest().must("tpm-keyring mount /srv/own");
        assertThat(guest().must("cat /srv/own/file")).isEqualTo("of another key");
    }

    private void assertNotMounted(String where, String what, String reason) throws IOException {
        String sentence = "volume '" + what + "' is not the one that its key was made for: " + reason;
        Answer refused = guest().run("tpm-keyring mount " + where);
        assertThat(refused.status()).isEqualTo(7);
        assertThat(refused.text()).contains(where + ": " + sentence);
        assertThat(guest().run("mountpoint --quiet " + where).status()).isNotZero();
        assertThat(guest().must("journalctl -b -p alert --no-pager -o cat")).contains(sentence);
    }

    @Test
    void show4AnAlarmIsRaised() throws IOException {
        assertThat(guest().console()).contains("volume 'data' is not the one that its key was made for");
        assertThat(guest().must("journalctl -b -p alert --no-pager -o cat")).contains("data");
        assertThat(guest().must("journalctl -b -p alert --no-pager -o json")).contains("\"MESSAGE_ID\"");
        assertThat(guest().run("tpm-keyring status").text()).contains("volume 'data' is not the one");
        assertThat(guest().run("tpm-keyring doctor").text()).contains("data");
    }
}
