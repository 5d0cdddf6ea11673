// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.doctor;

import java.nio.file.Path;
import java.util.Optional;
import org.tpmkeyring.cli.mounttab.MountEntry;
import org.tpmkeyring.cli.volume.BlockDevices;
import org.tpmkeyring.protocol.api.KeyInfo;

/** Whether the vault files lie where their own keys are needed to get at them: the next boot would find neither. */
public final class PlaceCheck {
    private static final String NAME = "state-directory";

    private PlaceCheck() {}

    /**
     * @param stateDirectory of the daemon
     */
    public static void run(Machine machine, Path stateDirectory, Consumers consumers, Findings findings) {
        volume(machine, stateDirectory, consumers)
                .ifPresent(name -> trouble("volume '" + name + "'", stateDirectory, findings));
        consumers.mounts().entries().stream()
                .map(MountEntry::where)
                .filter(where -> !where.equals(MountEntry.NOWHERE) && stateDirectory.startsWith(where))
                .forEach(where -> trouble("what is mounted at " + where, stateDirectory, findings));
    }

    private static Optional<String> volume(Machine machine, Path stateDirectory, Consumers consumers) {
        BlockDevices devices = new BlockDevices(machine.root());
        return consumers.luksKeys().stream()
                .map(KeyInfo::name)
                .filter(name -> devices.liesOn(stateDirectory, machine.path("dev/mapper/" + name)))
                .findFirst();
    }

    private static void trouble(String where, Path stateDirectory, Findings findings) {
        findings.problem(
                NAME,
                "the vault files are in " + where + ", which is opened by a key that is in them: after the next boot"
                        + " nobody gets at either",
                "findmnt -T " + stateDirectory);
    }
}
