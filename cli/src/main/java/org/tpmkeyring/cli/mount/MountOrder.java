// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.mount;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.tpmkeyring.cli.mounttab.MountEntry;
import org.tpmkeyring.cli.mounttab.MountTable;

/** Which entry has to come before which: what lies below a mount point, as WHAT or as WHERE, comes after it. */
public final class MountOrder {
    private MountOrder() {}

    /** Entries in an order in which they can be mounted; those of a circle as they stand in the table. */
    public static List<MountEntry> sorted(List<MountEntry> entries) {
        List<MountEntry> waiting = new ArrayList<>(entries);
        waiting.sort(Comparator.comparing(MountEntry::name));
        List<MountEntry> order = new ArrayList<>();
        while (!waiting.isEmpty()) {
            MountEntry next = waiting.stream()
                    .filter(entry -> waiting.stream().noneMatch(other -> liesOn(entry, other)))
                    .findFirst()
                    .orElse(waiting.get(0));
            waiting.remove(next);
            order.add(next);
        }
        return order;
    }

    /** The entry among others that this one lies on. */
    static Optional<MountEntry> beneath(MountEntry entry, List<MountEntry> others) {
        return others.stream().filter(other -> liesOn(entry, other)).findFirst();
    }

    private static boolean liesOn(MountEntry entry, MountEntry other) {
        if (other.where().equals(MountEntry.NOWHERE) || other.equals(entry)) {
            return false;
        }
        String what = MountTable.simplified(entry.what());
        return below(entry.where(), other.where()) || what.equals(other.where()) || below(what, other.where());
    }

    private static boolean below(String path, String directory) {
        return path.startsWith(directory + "/");
    }
}
