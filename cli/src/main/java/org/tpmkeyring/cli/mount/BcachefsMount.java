// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.mount;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.tpmkeyring.cli.mount.PlainPath.Directory;
import org.tpmkeyring.cli.mounttab.MountEntry;
import org.tpmkeyring.protocol.api.KeyInfo;

/**
 * A device with an encrypted bcachefs file system. The kernel finds the key by the file system's UUID and
 * refuses one that does not open the superblock; that the file system is encrypted at all is checked here,
 * since the kernel would mount one in clear without any key.
 */
final class BcachefsMount implements FileSystemMount {
    private static final String TYPE = "bcachefs";

    private final MountPoints points;
    private final KeyInPlace keys;

    BcachefsMount(MountPoints points, KeyInPlace keys) {
        this.points = points;
        this.keys = keys;
    }

    @Override
    public boolean isMounted(MountEntry entry, Deadline deadline) {
        return points.shows(entry);
    }

    @Override
    public void mount(MountEntry entry, Deadline deadline) {
        KeyInfo known = keys.require(entry);
        Directory where = MountPoints.where(entry, deadline);
        String device = entry.what().split(":", 2)[0];
        deadline.reading(device);
        try {
            keys.check(
                    entry,
                    device,
                    List.of(BcachefsSuperblock.read(Path.of(device)).identifier()));
        } catch (IOException e) {
            throw MountPoints.argument(
                    "WHAT", device + " cannot be read: " + e.getMessage(), "lsblk -o NAME,SIZE,FSTYPE,UUID");
        }
        keys.deliver(entry, known);
        points.device(entry.what(), where, TYPE, entry.options(), deadline);
    }

    @Override
    public void unmount(MountEntry entry, Deadline deadline) {
        points.unmount(entry, deadline);
    }
}
