// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.mounttab;

import java.time.Duration;
import java.util.List;

/**
 * Something to mount.
 *
 * @param type kind of file system
 * @param what lower directory, encrypted directory, dataset or device
 * @param where mount point, an absolute path without double slashes and dots; {@link #NOWHERE} for zfs
 * @param key name of its key
 * @param timeout how long mounting may take
 * @param noauto whether it is left out where nobody names it
 * @param options for mount(8), in order
 */
public record MountEntry(
        MountType type, String what, String where, String key, Duration timeout, boolean noauto, List<String> options) {
    /** Where an entry is mounted whose mount point the file system knows itself. */
    public static final String NOWHERE = "none";

    public MountEntry {
        options = List.copyOf(options);
    }

    /** What a person calls it: its mount point, or its dataset where that decides. */
    public String name() {
        return where.equals(NOWHERE) ? what : where;
    }
}
