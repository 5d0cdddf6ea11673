// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.vm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;

/** A machine whose state directory is put back from a backup, after keys were made and removed. */
final class LastWeek {
    private static final String BACK_UP_CHANGE_AND_PUT_BACK = """
            set -e
            tar -C /var/lib -cf /root/last-week.tar tpm-keyring
            printf secret | tpm-keyring add newer --vault machine --target user --key-file=- \\
                --unlock-key-file=/root/recovery-key
            tpm-keyring add later --vault machine --target luks --device /dev/disk/by-id/virtio-twin \\
                --existing-key-file=/root/passphrase --unlock-key-file=/root/recovery-key
            sed -i '/^later /s/nofail/nofail,noauto/' /etc/crypttab
            tpm-keyring remove private --yes --unlock-key-file=/root/recovery-key

            systemctl stop keyringd.socket keyringd-cryptsetup.socket keyringd.service
            rm -rf /var/lib/tpm-keyring
            tar -C /var/lib -xf /root/last-week.tar
            systemctl start keyringd.socket keyringd-cryptsetup.socket
            sync
            """;

    private LastWeek() {}

    /** Afterwards the key of the volume "later" is one that nobody knows any more, and "private" is there again. */
    static void putBack(Guest guest) throws IOException {
        guest.must(BACK_UP_CHANGE_AND_PUT_BACK);
        assertThat(guest.must("tpm-keyring list --no-legend"))
                .contains("data ", "private ", "documents ")
                .doesNotContain("newer ", "later ");
    }

    /** A key that is not there is no reason not to open the volume: its passphrase is asked for. */
    static void assertAsksForThePassphraseOfLater(Guest guest) throws IOException {
        String unit = "systemd-cryptsetup@later.service";
        guest.must("systemctl start --no-block " + unit
                + "; for i in $(seq 60); do grep -qs later /run/systemd/ask-password/ask.* && exit 0; sleep 1;"
                + " done; systemctl status --no-pager " + unit + "; exit 1");
        assertThat(guest.must("journalctl -b --no-pager -o cat -u " + unit))
                .contains("volume 'later' is not checked: there is no key 'later'");
        guest.must("systemctl stop " + unit);
    }
}
