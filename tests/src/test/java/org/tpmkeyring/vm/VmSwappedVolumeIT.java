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
        guest().must("cryptsetup open --test-passphrase --key-file /root/passphrase /dev/disk/by-id/virtio-data");
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

    @Test
    void show4AnAlarmIsRaised() throws IOException {
        assertThat(guest().console()).contains("volume 'data' is not the one that its key was made for");
        assertThat(guest().must("journalctl -b -p alert --no-pager -o cat")).contains("data");
        assertThat(guest().must("journalctl -b -p alert --no-pager -o json")).contains("\"MESSAGE_ID\"");
        assertThat(guest().run("tpm-keyring status").text()).contains("volume 'data' is not the one");
        assertThat(guest().run("tpm-keyring doctor").text()).contains("data");
    }
}
