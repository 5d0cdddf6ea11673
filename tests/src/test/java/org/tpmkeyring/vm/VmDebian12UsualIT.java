// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.vm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * Debian 12, nothing changed. At the end: what unlocking costs beside systemd's own TPM unlocking of the same volume in
 * the same machine, show 7. Both are bound to PCRs 7 and 9. Times are told, not judged. They are those of the guest's
 * clock, a nanosecond for an instruction: what they compare is work, not how busy the host was.
 */
@Order(5)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class VmDebian12UsualIT extends UsualBoot {
    private static final String ENROL = """
            set -e
            tpm-keyring vault create timed --when=boot --tpm2-pcrs=7+9 --reopenable --recovery-key-file=/root/timed-key
            tpm-keyring add timed --vault timed --target luks --device /dev/disk/by-id/virtio-twin \\
                --existing-key-file /root/passphrase
            for disk in twin data; do
                PASSWORD="$(cat /root/passphrase)" systemd-cryptenroll --tpm2-device=auto --tpm2-pcrs=7+9 \\
                    /dev/disk/by-id/virtio-$disk >/dev/null
            done
            echo 'peer /dev/disk/by-id/virtio-twin - luks,tpm2-device=auto,noauto,headless=1' >>/etc/crypttab
            systemctl daemon-reload
            """;

    /** Prints three lines of milliseconds: our daemon at work, our daemon started for it, systemd's own. */
    private static final String MEASURE = """
            set -e
            opened() {
                local begin
                # five starts in ten seconds are all that systemd lets a unit have
                systemctl reset-failed systemd-cryptsetup@$1.service || true
                begin=$(date +%s%3N)
                systemctl start systemd-cryptsetup@$1.service
                printf '%s ' $(($(date +%s%3N) - begin))
                systemctl stop systemd-cryptsetup@$1.service
            }
            for round in 1 2 3; do tpm-keyring -q lock timed >&2; opened timed; done
            echo
            for round in 1 2 3; do tpm-keyring -q lock timed >&2; systemctl -q stop keyringd.service; opened timed; done
            echo
            for round in 1 2 3 4 5; do opened peer; done
            echo
            """;

    private static final String LEAVE_IT_TO_SYSTEMD = """
            set -e
            systemctl -q disable keyringd.socket keyringd-cryptsetup.socket tpm-keyring-boot.service \\
                tpm-keyring-close.service
            : >/etc/tpm-keyring/mounttab
            echo 'data /dev/disk/by-id/virtio-data - luks,tpm2-device=auto,nofail,headless=1' >/etc/crypttab
            systemctl -q disable reader.service
            """;

    private String mountedByUs;

    VmDebian12UsualIT() {
        super(12);
    }

    private String mounted() throws IOException {
        return guest().must(
                        "systemctl show -P ActiveEnterTimestampMonotonic srv-data.mount | awk '{printf \"%.1f\", $1 / 1000000}'");
    }

    @Test
    @Order(Integer.MAX_VALUE - 2)
    void show7OpeningAVolumeInARunningMachine() throws IOException {
        mountedByUs = mounted();
        guest().run(ENROL, Duration.ofMinutes(3)).ok();
        String[] lines = guest().run(MEASURE, Duration.ofMinutes(8)).ok().split("\n", -1);
        assertThat(lines).hasSize(3);
        Reports.line("opening a LUKS volume, median: keyringd " + median(lines[0]) + " ms, keyringd started for it "
                + median(lines[1]) + " ms, systemd-cryptenroll " + median(lines[2]) + " ms");
        Reports.keep("unlock-times", String.join("\n", lines));
    }

    private static int median(String numbers) {
        int[] sorted = Arrays.stream(numbers.strip().split(" "))
                .mapToInt(Integer::parseInt)
                .sorted()
                .toArray();
        return sorted[sorted.length / 2];
    }

    /** As after every boot: the volume is open, and its key has left the kernel. */
    @Test
    @Order(Integer.MAX_VALUE - 1)
    void theKeyOfAnOpenVolumeIsRemovedBehindTheShutDoor() throws IOException {
        guest().must("tpm-keyring remove data --yes --unlock-key-file=/root/recovery-key");
        assertThat(guest().must("cat /srv/data/file")).isEqualTo("in the LUKS volume");
        assertThat(guest().run("grep -s '^data ' /etc/crypttab").output()).isEmpty();
        assertThat(guest().must("cryptsetup luksDump /dev/disk/by-id/virtio-data"))
                .contains("systemd-tpm2")
                .doesNotContain("luks2-keyring");
        guest().must(
                        "cryptsetup open --test-passphrase --disable-external-tokens --key-file /root/passphrase /dev/disk/by-id/virtio-data");
    }

    @Test
    @Order(Integer.MAX_VALUE)
    void show7TheSameVolumeInABoot() throws IOException {
        guest().must(LEAVE_IT_TO_SYSTEMD);
        cutPowerAndBoot(Boot.USUAL);
        assertThat(guest().must("cat /srv/data/file")).isEqualTo("in the LUKS volume");
        Reports.line("volume mounted after the kernel's start: keyringd " + mountedByUs + " s, systemd-cryptenroll "
                + mounted() + " s");
    }
}
