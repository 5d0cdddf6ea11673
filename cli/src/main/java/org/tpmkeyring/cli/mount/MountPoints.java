// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.mount;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.function.BiPredicate;
import org.tpmkeyring.cli.mount.KernelMounts.Mount;
import org.tpmkeyring.cli.mounttab.MountEntry;
import org.tpmkeyring.cli.program.Ended;
import org.tpmkeyring.cli.program.Programs;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.KeyringException;

/** What mount(8) does for all kinds that have a mount point. */
final class MountPoints {
    private final Programs programs;
    private final Path mountinfo;

    MountPoints(Programs programs, Path mountinfo) {
        this.programs = programs;
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
     * @param expected tells by all mounts and the topmost one at the place
     * @throws KeyringException BAD_ARGUMENT for something else
     */
    boolean shows(MountEntry entry, BiPredicate<KernelMounts, Mount> expected) {
        KernelMounts mounts = now();
        Optional<Mount> there = mounts.at(entry.where());
        if (there.isEmpty()) {
            return false;
        }
        if (expected.test(mounts, there.get())) {
            return true;
        }
        throw argument(
                "WHERE",
                "something else is mounted there, " + there.get().source() + " ("
                        + there.get().type() + ")",
                "findmnt " + entry.where());
    }

    /** Checks what mount(8) would tell in fewer words. */
    void requireDirectories(MountEntry entry, boolean whatIsOne) {
        if (whatIsOne && !Files.isDirectory(Path.of(entry.what()))) {
            throw argument("WHAT", "there is no directory " + entry.what(), "ls -ld " + entry.what());
        }
        if (!Files.isDirectory(Path.of(entry.where()))) {
            throw argument("WHERE", "there is no directory " + entry.where(), "mkdir -p " + entry.where());
        }
    }

    /**
     * Runs mount(8).
     *
     * @param first its words before the options
     */
    void mount(MountEntry entry, List<String> first, List<String> options, Deadline deadline) {
        List<String> words = new ArrayList<>(List.of("mount"));
        words.addAll(first);
        if (!options.isEmpty()) {
            words.add("-o");
            words.add(String.join(",", options));
        }
        words.add(entry.what());
        words.add(entry.where());
        run("mount", new Session(programs).withKeys(words), deadline, "journalctl -k -b");
    }

    /** Runs umount(8), without the helper of a file system: keys are taken away by {@code lock} alone. */
    void unmount(MountEntry entry, Deadline deadline) {
        run("umount", List.of("umount", "-i", entry.where()), deadline, "fuser -vm " + entry.where());
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
            throw deadline.late(program, e.getMessage());
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
