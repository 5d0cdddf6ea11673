// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.command;

import java.nio.file.Path;
import java.util.Optional;
import org.tpmkeyring.cli.doctor.Consumers;
import org.tpmkeyring.cli.doctor.Unit;
import org.tpmkeyring.cli.doctor.Units;
import org.tpmkeyring.cli.mount.MountedPlaces;
import org.tpmkeyring.cli.mounttab.MountEntry;
import org.tpmkeyring.cli.output.Style;
import org.tpmkeyring.cli.output.Table;
import org.tpmkeyring.cli.volume.BlockDevices;
import org.tpmkeyring.protocol.api.KeyInfo;
import org.tpmkeyring.protocol.api.Volume;

/** What the boot opens and mounts with keys of root's, and whether it is. */
final class StorageTable {
    private static final int STATE = 2;

    private final Path root;
    private final Consumers consumers;
    private final Optional<Units> units;

    /**
     * @param units empty where nobody asked systemd
     */
    StorageTable(Path root, Consumers consumers, Optional<Units> units) {
        this.root = root;
        this.consumers = consumers;
        this.units = units;
    }

    /** Whether there is anything in it. */
    boolean empty() {
        return consumers.luksKeys().isEmpty() && consumers.mounts().entries().isEmpty();
    }

    Table table(Style style) {
        Table table = new Table("STORAGE", "KEY", "STATE", "UNIT").painting(STATE, state -> switch (state) {
            case "open", "mounted" -> style.good(state);
            default -> style.care(state);
        });
        BlockDevices devices = new BlockDevices(root);
        for (KeyInfo key : consumers.luksKeys()) {
            String uuid = key.opens().flatMap(Volume::uuid).orElse("");
            table.row(
                    "volume " + key.name(),
                    key.name(),
                    devices.isOpen(key.name(), uuid) ? "open" : "closed",
                    unit(units.flatMap(all -> all.ofVolume(key.name()))));
        }
        Optional<MountedPlaces> places = MountedPlaces.read(root.resolve(MountTableCommand.MOUNTINFO));
        for (MountEntry entry : consumers.mounts().entries()) {
            table.row(
                    entry.name(),
                    entry.key(),
                    places.map(known -> word(known.of(entry))).orElse("?"),
                    unit(units.flatMap(all -> all.of(entry))));
        }
        return table;
    }

    private static String word(MountedPlaces.Place place) {
        return switch (place) {
            case MOUNTED -> "mounted";
            case NOT_MOUNTED -> "not mounted";
            case ANOTHER -> "something else";
        };
    }

    private static String unit(Optional<Unit> unit) {
        return unit.map(found -> found.failed() ? "failed" : found.active()).orElse("-");
    }
}
