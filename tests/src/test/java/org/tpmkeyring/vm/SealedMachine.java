// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.vm;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * A machine as an administrator leaves it: our package on Debian, and a boot vault bound to Secure Boot, kernel
 * command line and initrd, which opens a LUKS volume by way of crypttab, an eCryptfs directory and an fscrypt
 * directory by way of mounttab. A service reads a file in each. Another boot vault, loose, is bound to Secure Boot
 * alone. It is prepared once for a release, in one boot; every test gets a copy of it, switched off.
 */
final class SealedMachine {
    /** What is read from the three places, in this order. */
    static final String FILES = "in the LUKS volume\nin the eCryptfs directory\nin the fscrypt directory";

    private static final Map<Integer, FutureTask<Vm>> MACHINES = new ConcurrentHashMap<>();
    private static final int VOLUME_MEBIBYTES = 64;

    private static final String PREPARE = """
            set -e
            cd /root
            tpm-keyring vault create machine --when=boot --tpm2-pcrs=7+9 --recovery-key-file=/root/recovery-key

            printf 'a known passphrase' >passphrase
            cryptsetup luksFormat --batch-mode --type luks2 --pbkdf pbkdf2 --pbkdf-force-iterations 1000 \\
                /dev/disk/by-id/virtio-data passphrase
            cryptsetup luksFormat --batch-mode --type luks2 --pbkdf pbkdf2 --pbkdf-force-iterations 1000 \\
                /dev/disk/by-id/virtio-twin passphrase
            tpm-keyring add data --vault machine --target luks --device /dev/disk/by-id/virtio-data \\
                --existing-key-file passphrase
            echo '/dev/mapper/data /srv/data ext4 nofail 0 2' >>/etc/fstab

            cryptsetup luksUUID /dev/disk/by-id/virtio-data >uuid
            tpm-keyring vault create loose --when=boot --tpm2-pcrs=7 --recovery-key-file=/root/loose-recovery-key
            printf loose | tpm-keyring add loose --vault loose --target user --key-file=-

            tpm-keyring add private --vault machine --target ecryptfs --generate
            mkdir -p /srv/data /srv/private.locked /srv/private /srv/documents
            tpm-keyring add documents --vault machine --target fscrypt --generate --mount / --directory /srv/documents
            cat >>/etc/tpm-keyring/mounttab <<'END'
            /srv/private.locked /srv/private   ecryptfs key=private
            /srv/documents      /srv/documents fscrypt  key=documents
            END

            cat >/etc/systemd/system/reader.service <<'END'
            [Unit]
            Description=Reads what was encrypted
            RequiresMountsFor=/srv/data /srv/private /srv/documents
            [Service]
            Type=oneshot
            RemainAfterExit=yes
            ExecStart=/bin/sh -c 'cat /srv/data/file /srv/private/file /srv/documents/file >/run/reader'
            [Install]
            WantedBy=multi-user.target
            END
            systemctl daemon-reload
            systemctl enable --quiet reader.service

            systemctl start systemd-cryptsetup@data.service
            mkfs.ext4 -q /dev/mapper/data
            systemctl start srv-data.mount srv-private.mount srv-documents.mount
            echo 'in the LUKS volume' >/srv/data/file
            echo 'in the eCryptfs directory' >/srv/private/file
            echo 'in the fscrypt directory' >/srv/documents/file
            sync
            """;

    private SealedMachine() {}

    /**
     * A copy of the one of this release, with a name for its boots.
     *
     * @throws IOException also when preparing it has failed before, which is not tried twice
     */
    static Vm copy(int release, String name) throws IOException {
        FutureTask<Vm> machine = MACHINES.computeIfAbsent(release, key -> new FutureTask<>(() -> prepare(key)));
        machine.run();
        try {
            return machine.get().copy(name);
        } catch (ExecutionException e) {
            throw new IOException(
                    "the machine cannot be prepared: " + e.getCause().getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    private static Vm prepare(int release) throws IOException {
        Vm vm = Vm.create(DebianImage.of(release), "debian-" + release + "-sealing");
        vm.addDisk("data", VOLUME_MEBIBYTES).addDisk("twin", VOLUME_MEBIBYTES);
        Runtime.getRuntime().addShutdownHook(new Thread(vm::discard));
        try (Guest guest = vm.boot(Boot.USUAL)) {
            guest.awaitBooted();
            Reports.keep(
                    "debian-" + release + "-sealing",
                    guest.run(PREPARE, Duration.ofMinutes(5)).endedWith(0).toString());
            guest.shutDown();
        }
        return vm;
    }
}
