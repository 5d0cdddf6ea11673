// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.mount;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.tpmkeyring.cli.mount.KernelMounts.Mount;
import org.tpmkeyring.cli.mounttab.MountEntry;
import org.tpmkeyring.cli.mounttab.MountTable;

/** Whether what is mounted is what the entries of a table mount. */
public final class MountedPlaces {
    private static final String ZFS = "zfs";

    private final KernelMounts mounts;

    private MountedPlaces(KernelMounts mounts) {
        this.mounts = mounts;
    }

    /** What is seen where an entry is mounted. */
    public enum Place {
        /** What the entry mounts. */
        MOUNTED,
        /** Only the directory itself. */
        NOT_MOUNTED,
        /** A mount of something else. */
        ANOTHER
    }

    /**
     * @param mountinfo the kernel's list of mounts
     * @return empty where that cannot be read
     */
    public static Optional<MountedPlaces> read(Path mountinfo) {
        try {
            return Optional.of(new MountedPlaces(KernelMounts.read(mountinfo)));
        } catch (IOException unknown) {
            return Optional.empty();
        }
    }

    /** What is seen of an entry; of a ZFS dataset, wherever that mounts itself. */
    public Place of(MountEntry entry) {
        if (entry.where().equals(MountEntry.NOWHERE)) {
            return mounts.has(ZFS, entry.what()) ? Place.MOUNTED : Place.NOT_MOUNTED;
        }
        return mounts.at(entry.where())
                .map(there -> shows(entry, mounts, there) ? Place.MOUNTED : Place.ANOTHER)
                .orElse(Place.NOT_MOUNTED);
    }

    /** Whether a mount at the entry's mount point is the entry's. */
    static boolean shows(MountEntry entry, KernelMounts mounts, Mount there) {
        return switch (entry.type()) {
            case ECRYPTFS ->
                there.type().equals(entry.type().word()) && there.source().equals(MountTable.simplified(entry.what()));
            case FSCRYPT -> isBoundFrom(entry, mounts, there);
            case BCACHEFS ->
                there.type().equals(entry.type().word())
                        && same(there.source().split(":", 2)[0], entry.what().split(":", 2)[0]);
            case ZFS -> there.type().equals(ZFS) && there.source().equals(entry.what());
        };
    }

    /** A bind mount of a directory has its device and shows its part of the file system. */
    private static boolean isBoundFrom(MountEntry entry, KernelMounts mounts, Mount there) {
        Optional<Mount> source = mounts.around(MountTable.simplified(entry.what()), entry.where());
        return source.filter(mount ->
                        mount.device().equals(there.device()) && mount.root().equals(there.root()))
                .isPresent();
    }

    private static boolean same(String device, String other) {
        try {
            return Files.isSameFile(Path.of(device), Path.of(other));
        } catch (IOException missing) {
            return device.equals(other);
        }
    }
}
