// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.vm;

import java.io.IOException;

/** Blanks, quotes, line breaks and $() in mount table and crypttab of a guest. */
final class OddNames {
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
            $(touch${IFS}/run/executed) /dev/disk/by-id/virtio-twin /run/tpm-keyring/cryptsetup luks,nofail,timeout=30
            `touch${IFS}/run/executed`  /dev/disk/by-id/virtio-twin /run/tpm-keyring/cryptsetup luks,nofail,timeout=30
            "quotes'and;more&%%n\\040x    /dev/disk/by-id/virtio-twin /run/tpm-keyring/cryptsetup luks,nofail,timeout=30
            END
            systemctl daemon-reload
            tpm-keyring mount --all
            echo 'odd fscrypt' >"$odd.documents/file"
            echo 'odd eCryptfs' >"$lines.open/file"
            sync
            """.formatted(ODD);

    private OddNames() {}

    /** Makes keys, directories with a file each, and lines. */
    static void putInto(Guest guest) throws IOException {
        guest.must(PREPARE);
    }

    /** The two files, and what is mounted where the eCryptfs one is. */
    static String seen(Guest guest) throws IOException {
        return guest.must("odd=$'" + ODD + """
                '
                lines=$odd$'\\n'lines
                cat "$odd.documents/file" "$lines.open/file"
                findmnt --noheadings --output FSTYPE --mountpoint "$lines.open"
                """);
    }
}
