// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.tpmkeyring.protocol.value.KeyState;
import org.tpmkeyring.testing.Requires;

/** A mount table over real fscrypt directories: bound, refused, raised alarm for, and by way of mount(8). */
class MountTableIT {
    private Machine machine;
    private Ext4Disk disk;
    private Path table;
    private final List<Path> mounted = new ArrayList<>();

    @BeforeEach
    void start() throws IOException {
        disk = Ext4Disk.mounted();
        machine = Machine.start();
        table = machine.file("mounttab");
        machine.cli().makeVault(machine.file("recovery")).ok();
    }

    @AfterEach
    void stop() throws IOException {
        for (int i = mounted.size() - 1; i >= 0; i--) {
            Program.of("umount", mounted.get(i).toString()).run();
        }
        machine.close();
        disk.close();
    }

    /** An encrypted directory with one file in it, locked. */
    private Path encrypted(String key, String directory) throws IOException {
        Path folder = disk.directory(directory);
        machine.cli()
                .run(
                        "add",
                        machine.unique(key),
                        "--target=fscrypt",
                        "--generate",
                        "--mount=" + disk.mount(),
                        "--directory=" + folder)
                .ok();
        Files.writeString(folder.resolve("letter"), "of " + key);
        machine.cli().run("lock").ok();
        return folder;
    }

    private Path where(String name) throws IOException {
        Path where = Files.createDirectories(machine.file("mnt").resolve(name));
        mounted.add(where);
        return where;
    }

    private String line(Path what, Path where, String key, String options) {
        return quoted(what) + " " + quoted(where) + " fscrypt key=" + machine.unique(key) + options + "\n";
    }

    private static String quoted(Path path) {
        return path.toString().replace("\\", "\\134").replace(" ", "\\040").replace("\n", "\\012");
    }

    private Outcome run(String lines, String... words) throws IOException {
        Files.writeString(table, lines);
        return machine.cli()
                .command(words)
                .env("TPM_KEYRING_MOUNTTAB", table.toString())
                .env("LC_ALL", "C")
                .run();
    }

    @Test
    void directoriesAreUnlockedAndBoundWhateverTheirNamesAndUnboundInReverse() throws IOException {
        Path what = encrypted("a", "sp ace \"quoted\" $(touch pwned)");
        Path inner = encrypted("b", "br\u00fcche");
        Path outer = where("line\nbreak \\ `x`");
        String lines = line(inner, outer.resolve("letters"), "b", ",ro") + line(what, outer, "a", ",nodev");
        machine.cli().run("unlock").ok();
        Files.createDirectory(what.resolve("letters"));
        machine.cli().run("lock").ok();
        mounted.add(outer.resolve("letters"));

        Outcome done = run(lines, "mount", "--all").ok();
        assertThat(done.errors()).isEmpty();
        assertThat(done.text().lines()).hasSize(2).allMatch(line -> line.contains(": mounted (fscrypt, key "));
        assertThat(outer.resolve("letter")).hasContent("of a");
        assertThat(outer.resolve("letters/letter")).hasContent("of b");
        assertThat(Program.of("touch", outer.resolve("letters/x").toString())
                        .run()
                        .errors())
                .contains("Read-only file system");
        assertThat(run(lines, "mount", "--all").ok().text().lines())
                .allMatch(line -> line.contains(": mounted already (fscrypt, key "));

        Outcome undone = run(lines, "umount", "--all").ok();
        assertThat(undone.text().lines()).hasSize(2).allMatch(line -> line.contains(": unmounted "));
        assertThat(outer.resolve("letter")).doesNotExist();
        assertThat(run(lines, "umount", "--all").ok().text().lines()).allMatch(line -> line.contains(": not mounted "));
        assertThat(Path.of("pwned")).doesNotExist();
    }

    @Test
    void aDirectoryMayBeBoundToItself() throws IOException {
        Path what = encrypted("a", "private");
        mounted.add(what);
        Program.of("mount", "-o", "remount,bind,nosuid", disk.mount().toString())
                .run()
                .ok();
        run(line(what, what, "a", ",noexec"), "mount", what.toString()).ok();
        assertThat(what.resolve("letter")).hasContent("of a");
        assertThat(Program.of("findmnt", "-n", "-o", "OPTIONS", "-M", what.toString())
                        .run()
                        .ok()
                        .text())
                .contains("noexec", "nosuid");
        assertThat(run(line(what, what, "a", ",noexec"), "mount", "-a").ok().text())
                .contains("mounted already");
        run(line(what, what, "a", ""), "umount", what.toString()).ok();
    }

    @Test
    void aDirectoryWithAnotherKeyOrNoneIsNotMountedAndRaisesAnAlarm() throws IOException {
        Path mine = encrypted("a", "mine");
        Path other = encrypted("b", "other");
        Path plain = disk.directory("plain");
        Path first = where("first");
        Path second = where("second");
        Path third = where("third");
        Outcome outcome = run(
                        line(other, first, "a", "") + line(plain, second, "a", "") + line(mine, third, "a", ""),
                        "mount",
                        "--all")
                .endedWith(7);
        assertThat(outcome.errors())
                .contains(first + ": volume '" + other
                        + "' is not the one that its key was made for: it is encrypted with ")
                .contains(second + ": volume '" + plain
                        + "' is not the one that its key was made for: it is not encrypted\nhint: tpm-keyring show "
                        + machine.unique("a") + "\n");
        assertThat(outcome.text()).isEqualTo(third + ": mounted (fscrypt, key " + machine.unique("a") + ")");
        assertThat(names(first)).isEmpty();
        assertThat(names(second)).isEmpty();
        assertThat(third.resolve("letter")).hasContent("of a");
        assertThat(machine.cli().run("status", "--json=short").ok().text())
                .contains("\"alarms\":[{")
                .contains("volume '" + plain + "' is not the one");
        run(line(mine, third, "a", ""), "umount", "-a").ok();
    }

    @Test
    void aLinkThatAUserPutsInThePlaceOfADirectoryIsNotFollowed() throws IOException {
        Path what = encrypted("a", "anna");
        Path victim = where("victim");
        Path link = disk.mount().resolve("letters");
        Files.createSymbolicLink(link, victim);
        assertThat(run(line(what, link, "a", ""), "mount", "--all").endedWith(2).errors())
                .contains("WHERE: '" + link + "' is a symbolic link, to '" + victim + "'")
                .contains("hint: namei -l " + link);
        Path other = disk.mount().resolve("mallory");
        Files.createSymbolicLink(other, what);
        run(line(other, victim, "a", ""), "mount", "--all").endedWith(2);
        assertThat(names(victim)).isEmpty();
        assertThat(machine.cli().key(machine.unique("a")).state()).isEqualTo(KeyState.LOCKED);
    }

    /** A directory above the mount point is moved away and a link put in its place. */
    @Test
    void unmountingFollowsNoLinkEither() throws IOException {
        Path what = encrypted("a", "mine");
        Path home = Files.createDirectory(disk.mount().resolve("home"));
        Path where = Files.createDirectory(home.resolve("letters"));
        Path away = disk.mount().resolve("away");
        run(line(what, where, "a", ",nosuid"), "mount", "--all").ok();
        Files.move(home, away);
        mounted.add(away.resolve("letters"));
        Files.createSymbolicLink(home, away);
        run(line(what, where, "a", ""), "umount", "--all").ok();
        assertThat(away.resolve("letters/letter")).hasContent("of a");
    }

    @Test
    void theWrongDirectoryDoesNotEvenGetTheKey() throws IOException {
        encrypted("a", "mine");
        run(line(disk.directory("plain"), where("w"), "a", ""), "mount", "--all")
                .endedWith(7);
        assertThat(machine.cli().key(machine.unique("a")).state()).isEqualTo(KeyState.LOCKED);
    }

    @Test
    void aVaultThatStaysLockedIsToldInOneLineWithItsHint() throws IOException {
        Path what = encrypted("a", "mine");
        Path where = where("w");
        machine.tpm().extend(7, 3);
        Outcome refused = run(line(what, where, "a", ""), "mount", "--all").endedWith(7);
        assertThat(refused.errors())
                .isEqualTo("tpm-keyring: " + where
                        + ": vault 'default' stays locked: PCR 7 of sha256 changed since it was sealed\n"
                        + "hint: tpm-keyring explain default\n");
        assertThat(names(where)).isEmpty();
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }

    /**
     * As systemd does it: mount(8) with What=, Where= and Options= of the unit, and our helper where it will be
     * installed, in a mount namespace of its own.
     */
    @Test
    void mountCallsTheHelperWithWhatTheGeneratorWrote() throws IOException {
        Requires.command("systemd-escape");
        Path folder = encrypted("a", "private");
        machine.cli().run("unlock").ok();
        Path what = Files.createDirectory(folder.resolve("line\nbreak, $(touch pwned) \\"));
        Files.move(folder.resolve("letter"), what.resolve("letter"));
        Path where = where("we ird");
        Files.writeString(table, line(what, where, "a", ",nodev"));
        Path units = Files.createDirectory(machine.file("units"));
        Program.of(Dist.clone("systemd/tpm-keyring-generator").toString(), units.toString())
                .env("TPM_KEYRING_MOUNTTAB", table.toString())
                .env("SYSTEMD_PROC_CMDLINE", "quiet")
                .run()
                .ok();
        String unit = unitIn(units);
        Outcome outcome = Program.of(
                        "unshare",
                        "--mount",
                        "sh",
                        "-c",
                        "set -e; mkdir -p \"$1/sbin\" \"$1/bin\"; cp \"$2/systemd/bin/mount.tpm-keyring\" \"$1/sbin\";"
                                + " ln -s \"$2/dist/bin/tpm-keyring\" \"$1/bin/tpm-keyring\";"
                                + " mount -t overlay o -o lowerdir=\"$1/sbin:/usr/sbin\" /usr/sbin;"
                                + " mount -t overlay o -o lowerdir=\"$1/bin:/usr/bin\" /usr/bin;"
                                + " mount \"$3\" \"$4\" -t tpm-keyring -o \"$5\"; cat \"$4/letter\";"
                                + " grep -c nodev.*ext4 /proc/self/mountinfo",
                        "sh",
                        machine.file("overlay").toString(),
                        Dist.clone("").toString(),
                        setting(unit, "What"),
                        where.toString(),
                        setting(unit, "Options"))
                .env("TPM_KEYRING_LINE", environment(unit))
                .env("TPM_KEYRING_SOCKET", machine.socket().toString())
                .env("LC_ALL", "C")
                .run()
                .ok();
        assertThat(outcome.text())
                .startsWith(where + ": mounted (fscrypt, key ")
                .contains("of a");
        assertThat(outcome.errors()).isEmpty();
    }

    private static String unitIn(Path units) throws IOException {
        try (Stream<Path> all = Files.list(units)) {
            return Files.readString(all.filter(file -> file.toString().endsWith(".mount"))
                    .findFirst()
                    .orElseThrow());
        }
    }

    /** What systemd makes of the setting: quotes and escapes are for its parser. */
    private static String environment(String unit) {
        String quoted = setting(unit, "Environment");
        return quoted.substring("\"TPM_KEYRING_LINE=".length(), quoted.length() - 1)
                .replace("\\\\", "\\");
    }

    private static String setting(String unit, String name) {
        return unit.lines()
                .filter(line -> line.startsWith(name + "="))
                .map(line -> line.substring(name.length() + 1).replace("%%", "%"))
                .findFirst()
                .orElseThrow();
    }
}
