// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.vm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Blanks, quotes, line breaks and $() in the two tables, through a real boot: show 9. */
class VmQuotingIT extends BootedMachine {
    /** As a shell writes it within $''; the eCryptfs directories have a line break besides, which fscrypt's may not. */
    private static final String ODD =
            "/srv/odd \\'single\\' \"double\" $(touch /run/executed) `touch /run/executed` %n";

    private static final String PREPARE = """
            set -e
            odd=$'%s'
            lines=$odd$'\\n'lines
            mkdir -p "$odd.documents" "$lines.locked" "$lines.open"
            tpm-keyring vault create odd --when=boot --tpm2-pcrs=7 --reopenable --recovery-key-file=/root/odd-recovery
            tpm-keyring add odd-documents --vault odd --target fscrypt --generate --mount / --directory "$odd.documents"
            tpm-keyring add odd-private --vault odd --target ecryptfs --generate
            quoted() { printf '%%s' "$1" | sed -e 's/ /\\\\040/g' -e ':a;N;$!ba;s/\\n/\\\\012/g'; }
            {
                printf '%%s %%s fscrypt key=odd-documents\\n' "$(quoted "$odd.documents")" "$(quoted "$odd.documents")"
                printf '%%s %%s ecryptfs key=odd-private\\n' "$(quoted "$lines.locked")" "$(quoted "$lines.open")"
            } >>/etc/tpm-keyring/mounttab
            cat >>/etc/crypttab <<'END'
            $(touch${IFS}/run/executed) /dev/disk/by-id/virtio-twin /run/tpm-keyring/cryptsetup luks,nofail
            `touch${IFS}/run/executed`  /dev/disk/by-id/virtio-twin /run/tpm-keyring/cryptsetup luks,nofail
            "quotes'and;more&%%n\\040x    /dev/disk/by-id/virtio-twin /run/tpm-keyring/cryptsetup luks,nofail
            END
            systemctl daemon-reload
            tpm-keyring mount --all
            echo 'odd fscrypt' >"$odd.documents/file"
            echo 'odd eCryptfs' >"$lines.open/file"
            sync
            """.formatted(ODD);

    @BeforeAll
    void bootTwice() throws IOException {
        take(12, "quoting");
        boot(Boot.USUAL);
        guest().must(PREPARE);
        cutPowerAndBoot(Boot.USUAL);
    }

    @Test
    void show9TheMountsAreWhereTheTableSays() throws IOException {
        String odd = "odd=$'" + ODD + "'; lines=$odd$'\\n'lines; ";
        assertThat(guest().must(odd + "cat \"$odd.documents/file\" \"$lines.open/file\""))
                .isEqualTo("odd fscrypt\nodd eCryptfs");
        assertThat(guest().must(odd + "findmnt --noheadings --output FSTYPE --mountpoint \"$lines.open\""))
                .isEqualTo("ecryptfs");
        assertThat(guest().must("cat /run/reader")).isEqualTo(SealedMachine.FILES);
    }

    @Test
    void show9VolumesWithOddNamesAreRefusedEachByItsName() throws IOException {
        List<String> units = guest().must(
                        "systemctl list-units --all --plain --no-legend --no-pager 'systemd-cryptsetup@*' | awk '{print $1, $4}'")
                .lines()
                .toList();
        assertThat(units).hasSizeGreaterThanOrEqualTo(3).contains("systemd-cryptsetup@data.service exited");
        assertThat(guest().must("ls /dev/mapper")).isEqualTo("control\ndata");
    }

    @Test
    void show9NothingWasExecuted() throws IOException {
        assertThat(guest().run("ls /run/executed").status()).isNotZero();
    }
}
