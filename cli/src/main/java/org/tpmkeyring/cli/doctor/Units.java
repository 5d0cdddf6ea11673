// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.doctor;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tpmkeyring.cli.mounttab.MountEntry;
import org.tpmkeyring.cli.program.Ended;
import org.tpmkeyring.cli.program.Programs;

/**
 * The units that matter here, asked once with {@code systemctl show} (systemctl(1)).
 *
 * @param all those that systemd knows of, and those of ours that it does not know
 */
public record Units(List<Unit> all) {
    /** Ours, in the order in which they do their work. */
    static final List<String> OURS = List.of(
            "keyringd.socket",
            "keyringd-cryptsetup.socket",
            "keyringd.service",
            "tpm-keyring-boot.service",
            "tpm-keyring-close.service");

    private static final String CRYPTSETUP = "systemd-cryptsetup@";

    /** Made by tpm-keyring-generator. */
    private static final String ZFS = "tpm-keyring-zfs@";

    private static final String SERVICE = ".service";
    private static final String PROPERTIES = "--property=Id,LoadState,ActiveState,Result,UnitFileState,Where";
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    public Units {
        all = List.copyOf(all);
    }

    /**
     * Asks systemd.
     *
     * @param environment for its PATH
     * @return empty where systemd does not run, or does not answer in time
     */
    public static Optional<Units> ask(Machine machine, Map<String, String> environment) {
        if (!machine.exists("run/systemd/system")) {
            return Optional.empty();
        }
        List<String> command = new ArrayList<>(List.of("systemctl", "show", "--no-pager", PROPERTIES, "--"));
        command.addAll(OURS);
        command.addAll(List.of(CRYPTSETUP + "*" + SERVICE, ZFS + "*" + SERVICE, "*.mount"));
        return new Programs(environment).ask(command, PATIENCE).map(Ended::out).map(Units::parse);
    }

    /** Blocks of {@code Key=Value}, one for each unit, with an empty line between. */
    static Units parse(String text) {
        List<Unit> units = new ArrayList<>();
        for (String block : text.split("\n\n", -1)) {
            Map<String, String> values = new HashMap<>();
            for (String line : block.split("\n", -1)) {
                int equals = line.indexOf('=');
                if (equals > 0) {
                    values.put(line.substring(0, equals), line.substring(equals + 1));
                }
            }
            if (values.containsKey("Id")) {
                units.add(unit(values));
            }
        }
        return new Units(units);
    }

    private static Unit unit(Map<String, String> values) {
        return new Unit(
                values.get("Id"),
                values.getOrDefault("LoadState", ""),
                values.getOrDefault("ActiveState", ""),
                values.getOrDefault("Result", ""),
                values.getOrDefault("UnitFileState", ""),
                values.getOrDefault("Where", ""));
    }

    /** The unit of this name. */
    Optional<Unit> find(String id) {
        return all.stream().filter(unit -> unit.id().equals(id)).findFirst();
    }

    /** The unit that opens a volume of crypttab(5). */
    public Optional<Unit> ofVolume(String volume) {
        return instance(CRYPTSETUP, volume);
    }

    /** The unit that mounts an entry of the mount table. */
    public Optional<Unit> of(MountEntry entry) {
        return entry.where().equals(MountEntry.NOWHERE)
                ? instance(ZFS, entry.what())
                : all.stream()
                        .filter(unit -> unit.where().equals(entry.where()))
                        .findFirst();
    }

    private Optional<Unit> instance(String template, String name) {
        return all.stream()
                .filter(unit -> unit.id().startsWith(template)
                        && unit.id().endsWith(SERVICE)
                        && unescape(unit.id()
                                        .substring(template.length(), unit.id().lastIndexOf('.')))
                                .equals(name))
                .findFirst();
    }

    /** systemd-escape(1), backwards. */
    private static String unescape(String instance) {
        StringBuilder text = new StringBuilder();
        int at = 0;
        while (at < instance.length()) {
            boolean escaped = instance.startsWith("\\x", at) && at + 4 <= instance.length();
            text.append(
                    escaped
                            ? (char) Integer.parseInt(instance.substring(at + 2, at + 4), 16)
                            : instance.charAt(at) == '-' ? '/' : instance.charAt(at));
            at += escaped ? 4 : 1;
        }
        return text.toString();
    }
}
