// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.mount;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import org.tpmkeyring.cli.mount.KernelMounts.Mount;
import org.tpmkeyring.cli.mount.PlainPath.Directory;
import org.tpmkeyring.cli.mounttab.MountEntry;
import org.tpmkeyring.cli.program.Ended;
import org.tpmkeyring.cli.program.Programs;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.KeyringException;

/** What mount(8) and umount(8) do for all kinds that have a mount point. */
final class MountPoints {
    private final Programs programs;
    private final HeldPlaces places;
    private final Path mountinfo;

    MountPoints(Programs programs, Path mountinfo) {
        this.programs = programs;
        this.places = new HeldPlaces(programs);
        this.mountinfo = mountinfo;
    }

    KernelMounts now() {
        try {
            return KernelMounts.read(mountinfo);
        } catch (IOException e) {
            throw new UncheckedIOException("/proc is not mounted", e);
        }
    }

    /**
     * Whether the entry's mount point shows what it should.
     *
     * @throws KeyringException BAD_ARGUMENT for something else
     */
    boolean shows(MountEntry entry) {
        KernelMounts mounts = now();
        Optional<Mount> there = mounts.at(entry.where());
        if (there.isEmpty()) {
            return false;
        }
        if (MountedPlaces.shows(entry, mounts, there.get())) {
            return true;
        }
        throw argument(
                "WHERE",
                "something else is mounted there, " + there.get().source() + " ("
                        + there.get().type() + ")",
                "findmnt " + entry.where());
    }

    /** The directory that is to be mounted. */
    static Directory what(MountEntry entry, Deadline deadline) {
        deadline.reading(entry.what());
        return PlainPath.directory("WHAT", entry.what(), "ls -ld " + entry.what());
    }

    /** The mount point. */
    static Directory where(MountEntry entry, Deadline deadline) {
        deadline.reading(entry.where());
        return PlainPath.directory("WHERE", entry.where(), "mkdir -p " + entry.where());
    }

    /**
     * Has a directory bound to another one. Setting options on a bind mount takes away what it has of the mount that
     * the directory lies on, such as nosuid, unless that is said again.
     */
    void bind(Directory what, Directory where, List<String> options, Deadline deadline) {
        List<String> all = new ArrayList<>();
        List<String> own = options.stream()
                .filter(option -> !option.equals(KernelMounts.READ_WRITE))
                .toList();
        if (!own.isEmpty()) {
            now().around(what.path(), "").map(Mount::flags).ifPresent(all::addAll);
            all.addAll(own);
        }
        mount(places.bind(what, where, all), deadline);
    }

    /** Has a directory mounted by a file system that shows it. */
    void over(Directory what, Directory where, String type, List<String> options, Deadline deadline) {
        mount(places.over(what, where, type, options), deadline);
    }

    /** Has a file system on devices mounted. */
    void device(String devices, Directory where, String type, List<String> options, Deadline deadline) {
        mount(places.device(devices, where, type, options), deadline);
    }

    private void mount(List<String> words, Deadline deadline) {
        run("mount", words, deadline, "journalctl -k -b");
    }

    /** Has the topmost mount at a place taken away. */
    void unmount(MountEntry entry, Deadline deadline) {
        run("umount", HeldPlaces.unmount(entry.where()), deadline, "fuser -vm " + entry.where());
    }

    /** Runs a program that has to succeed. */
    String run(String program, List<String> words, Deadline deadline, String hint) {
        try {
            Ended ended = programs.run(words, deadline.left(program));
            if (!ended.succeeded()) {
                throw failed(program, ended.complaint()).with("hint", hint).build();
            }
            return ended.out();
        } catch (IOException e) {
            throw failed(program, e.getMessage()).causedBy(e).build();
        } catch (TimeoutException e) {
            throw deadline.late(e.getMessage());
        }
    }

    private static KeyringException.Builder failed(String program, String reason) {
        return KeyringException.of(ErrorKind.PROGRAM_FAILED)
                .with("program", program)
                .with("reason", reason);
    }

    static KeyringException argument(String argument, String reason, String hint) {
        return KeyringException.of(ErrorKind.BAD_ARGUMENT)
                .with("argument", argument)
                .with("reason", reason)
                .with("hint", hint)
                .build();
    }
}
