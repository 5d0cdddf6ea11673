// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.mount;

import java.util.ArrayList;
import java.util.List;
import org.tpmkeyring.cli.mounttab.MountEntry;
import org.tpmkeyring.cli.program.Programs;
import org.tpmkeyring.protocol.api.KeyInfo;
import org.tpmkeyring.protocol.api.Volume;

/**
 * An encrypted ZFS dataset with keylocation=prompt. Its identity needs no check of ours: ZFS refuses a key that
 * does not open the dataset, and to load one into a dataset that is not encrypted.
 */
final class ZfsMount implements FileSystemMount {
    private static final String HINT = "zfs get keystatus,keylocation,keyformat,mounted ";

    private final Programs programs;
    private final MountPoints points;
    private final KeyInPlace keys;

    ZfsMount(Programs programs, MountPoints points, KeyInPlace keys) {
        this.programs = programs;
        this.points = points;
        this.keys = keys;
    }

    @Override
    public boolean isMounted(MountEntry entry, Deadline deadline) {
        return property(entry, "mounted", deadline).equals("yes");
    }

    @Override
    public void mount(MountEntry entry, Deadline deadline) {
        if (!property(entry, "keystatus", deadline).equals("available")) {
            KeyInfo key = keys.require(entry);
            requireItsOwn(entry, key);
            key = keys.deliver(entry, key);
            List<String> words = List.of("zfs", "load-key", entry.what());
            run(new Session(programs).fed(key.identifiers().get(0), words), entry, deadline);
        }
        List<String> words = new ArrayList<>(List.of("zfs", "mount"));
        if (!entry.options().isEmpty()) {
            words.addAll(List.of("-o", String.join(",", entry.options())));
        }
        words.add(entry.what());
        run(words, entry, deadline);
    }

    /** A key knows its dataset, so that one of another is told before ZFS refuses it. */
    private static void requireItsOwn(MountEntry entry, KeyInfo key) {
        String dataset = key.opens().flatMap(Volume::device).orElse(entry.what());
        if (!dataset.equals(entry.what())) {
            throw MountPoints.argument(
                    "key=" + key.name(),
                    "this key is for " + dataset + " and not for " + entry.what(),
                    "tpm-keyring show " + key.name());
        }
    }

    @Override
    public void unmount(MountEntry entry, Deadline deadline) {
        run(List.of("zfs", "unmount", entry.what()), entry, deadline);
        run(List.of("zfs", "unload-key", entry.what()), entry, deadline);
    }

    private String property(MountEntry entry, String name, Deadline deadline) {
        programs.require("zfs", "zfsutils-linux");
        return run(List.of("zfs", "get", "-H", "-o", "value", name, entry.what()), entry, deadline)
                .strip();
    }

    private String run(List<String> words, MountEntry entry, Deadline deadline) {
        return points.run("zfs", words, deadline, HINT + entry.what());
    }
}
