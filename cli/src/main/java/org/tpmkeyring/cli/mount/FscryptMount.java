// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.mount;

import java.util.List;
import org.tpmkeyring.cli.mount.PlainPath.Directory;
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

    @Override
    public boolean isMounted(MountEntry entry, Deadline deadline) {
        return points.shows(entry);
    }

    @Override
    public void mount(MountEntry entry, Deadline deadline) {
        KeyInfo known = keys.require(entry);
        Directory what = MountPoints.what(entry, deadline);
        Directory where = MountPoints.where(entry, deadline);
        try (HeldDirectory held = HeldDirectory.of(what)) {
            held.requireSame(keys.check(entry, what.path(), List.of()));
            keys.deliver(entry, known);
            points.bind(what, where, entry.options(), deadline);
        }
    }

    @Override
    public void unmount(MountEntry entry, Deadline deadline) {
        points.unmount(entry, deadline);
    }
}
