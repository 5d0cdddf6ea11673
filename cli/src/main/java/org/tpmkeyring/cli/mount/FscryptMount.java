// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.mount;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.tpmkeyring.cli.mount.KernelMounts.Mount;
import org.tpmkeyring.cli.mounttab.MountEntry;
import org.tpmkeyring.protocol.api.KeyInfo;

/** A directory with an fscrypt policy, bound to where it is wanted once its key is in the file system. */
final class FscryptMount implements FileSystemMount {
    private final MountPoints points;
    private final KeyInPlace keys;

    FscryptMount(MountPoints points, KeyInPlace keys) {
        this.points = points;
        this.keys = keys;
    }

    /** A bind mount of a directory has its device and shows its part of the file system. */
    @Override
    public boolean isMounted(MountEntry entry, Deadline deadline) {
        return points.shows(entry, (mounts, there) -> {
            Optional<Mount> source = mounts.around(realPath(entry.what()), entry.where());
            return source.filter(mount -> mount.device().equals(there.device())
                            && mount.root().equals(there.root()))
                    .isPresent();
        });
    }

    private static String realPath(String path) {
        try {
            return Path.of(path).toRealPath().toString();
        } catch (IOException missing) {
            return path;
        }
    }

    @Override
    public void mount(MountEntry entry, Deadline deadline) {
        KeyInfo known = keys.require(entry);
        points.requireDirectories(entry, true);
        keys.check(entry, realPath(entry.what()), List.of());
        keys.deliver(entry, known);
        points.mount(entry, List.of("--bind"), entry.options(), deadline);
    }

    @Override
    public void unmount(MountEntry entry, Deadline deadline) {
        points.unmount(entry, deadline);
    }
}
