// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tpmkeyring.cli.mounttab.MountTable;
import org.tpmkeyring.cli.testing.Samples;
import org.tpmkeyring.cli.volume.Crypttab;
import org.tpmkeyring.protocol.api.Check;
import org.tpmkeyring.protocol.api.DoorState;
import org.tpmkeyring.protocol.api.KeyInfo;
import org.tpmkeyring.protocol.value.KeyState;
import org.tpmkeyring.protocol.value.TargetType;

/** Units, tables, modules, places and archives, on machines that are made of files. */
class BootChecksTest {
    private static final String SOCKET = "/run/tpm-keyring/cryptsetup";
    private static final String OURS = "data UUID=1 " + SOCKET + " luks,nofail,timeout=90s\n";
    private static final Consumers NONE = consumers("", "");

    @TempDir
    Path root;

    private final Findings findings = new Findings();
    private Machine machine;

    @BeforeEach
    void machine() {
        machine = new Machine(root);
    }

    private static KeyInfo key(String name, TargetType target) {
        return new KeyInfo(
                name,
                "default",
                0,
                target,
                KeyState.DELIVERED,
                List.of(),
                List.of(),
                Optional.empty(),
                Optional.empty(),
                32,
                0);
    }

    private static Consumers consumers(String crypttab, String mounttab, KeyInfo... keys) {
        return new Consumers(
                new Crypttab(crypttab),
                SOCKET,
                MountTable.parse(mounttab.getBytes(StandardCharsets.UTF_8)),
                List.of(keys));
    }

    private static String block(String id, String load, String active, String result, String enabled, String where) {
        return "Id=" + id + "\nLoadState=" + load + "\nActiveState=" + active + "\nResult=" + result
                + "\nUnitFileState=" + enabled + "\nWhere=" + where + "\n\n";
    }

    private static Optional<Units> units(String... blocks) {
        return Optional.of(Units.parse(String.join("", blocks)));
    }

    private BootEnd bootEnd(DoorState door) {
        return new BootEnd(machine, Map.of(), Samples.status(door));
    }

    private List<String> told() {
        return findings.all().stream()
                .map(check -> check.verdict() + " " + check.finding()
                        + check.advice().map(advice -> " -> " + advice).orElse(""))
                .toList();
    }

    private void file(String name, String text) throws IOException {
        Files.createDirectories(machine.path(name).getParent());
        Files.writeString(machine.path(name), text);
    }

    @Test
    void withoutSystemdNoUnitIsLookedAt() {
        assertThat(Units.ask(machine, Map.of())).isEmpty();
        UnitCheck.run(Optional.empty(), NONE, bootEnd(DoorState.OFF), findings);
        assertThat(findings.all())
                .singleElement()
                .satisfies(check -> assertThat(check.verdict()).isEqualTo(Check.Verdict.NOTE));
    }

    @Test
    void systemctlIsAskedOnceForAllUnits() throws IOException {
        Files.createDirectories(machine.path("run/systemd/system"));
        Path program = root.resolve("systemctl");
        Files.writeString(program, "#!/bin/sh\nfor id; do printf 'Id=%s\\nActiveState=failed\\n\\n' \"$id\"; done\n");
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));

        assertThat(Units.ask(machine, Map.of("PATH", root.toString()))
                        .orElseThrow()
                        .all())
                .extracting(Unit::id)
                .containsSubsequence("--", "keyringd.socket", "keyringd-cryptsetup.socket")
                .endsWith("systemd-cryptsetup@*.service", "tpm-keyring-zfs@*.service", "*.mount");
    }

    @Test
    void unitsInOrderAreOneLine() {
        UnitCheck.run(
                units(
                        block("keyringd.socket", "loaded", "active", "success", "enabled", ""),
                        block("keyringd.service", "loaded", "inactive", "success", "indirect", ""),
                        block("tpm-keyring-boot.service", "loaded", "active", "success", "enabled", ""),
                        block("var-foreign.mount", "loaded", "failed", "exit-code", "", "/var/foreign")),
                NONE,
                bootEnd(DoorState.OFF),
                findings);
        assertThat(told()).containsExactly("OK the units are as they should be");
    }

    @Test
    void unitsInTroubleAreToldWithTheCommandToType() {
        UnitCheck.run(
                units(
                        block("keyringd.socket", "loaded", "inactive", "success", "enabled", ""),
                        block("keyringd.service", "loaded", "failed", "watchdog", "indirect", ""),
                        block("tpm-keyring-boot.service", "masked", "inactive", "success", "masked", ""),
                        block("tpm-keyring-close.service", "loaded", "inactive", "success", "disabled", ""),
                        block("systemd-cryptsetup@my\\x2ddata.service", "loaded", "failed", "exit-code", "", ""),
                        block("systemd-cryptsetup@other.service", "loaded", "failed", "exit-code", "", ""),
                        block("srv-photos.mount", "loaded", "failed", "timeout", "", "/srv/photos"),
                        block(
                                "tpm-keyring-zfs@tank-my\\x20data\\x2d1.service",
                                "loaded",
                                "failed",
                                "exit-code",
                                "",
                                ""),
                        block("tpm-keyring-zfs@tank-other.service", "loaded", "failed", "exit-code", "", "")),
                consumers(
                        "my-data UUID=1 " + SOCKET + " luks\nother UUID=2 none luks\n",
                        "/srv/.photos /srv/photos fscrypt key=photos\ntank/my\\040data-1 none zfs key=tank\n"),
                bootEnd(DoorState.OFF),
                findings);
        assertThat(told())
                .containsExactly(
                        "WARNING keyringd.socket does not listen, so nobody starts keyringd -> systemctl start"
                                + " keyringd.socket",
                        "PROBLEM keyringd.service has failed (watchdog) -> systemctl status keyringd.service",
                        "WARNING tpm-keyring-boot.service is masked, so it never runs -> systemctl unmask"
                                + " tpm-keyring-boot.service",
                        "WARNING tpm-keyring-close.service is not started at boot -> systemctl enable"
                                + " tpm-keyring-close.service",
                        "PROBLEM systemd-cryptsetup@my\\x2ddata.service has failed (exit-code) -> systemctl status"
                                + " 'systemd-cryptsetup@my\\x2ddata.service'",
                        "PROBLEM srv-photos.mount has failed (timeout) -> systemctl status 'srv-photos.mount'",
                        "PROBLEM tpm-keyring-zfs@tank-my\\x20data\\x2d1.service has failed (exit-code) -> systemctl status"
                                + " 'tpm-keyring-zfs@tank-my\\x20data\\x2d1.service'");
    }

    @Test
    void tablesAndKeysThatFitAreOneLine() {
        consumers(
                        OURS,
                        "/srv/.photos /srv/photos fscrypt key=photos\n",
                        key("data", TargetType.LUKS),
                        key("photos", TargetType.FSCRYPT),
                        key("token", TargetType.USER))
                .check(findings);
        assertThat(told()).containsExactly("OK crypttab, mount table and keys fit each other");
    }

    @Test
    void whatDoesNotFitIsTold() {
        consumers(
                        OURS + "swap /dev/sda2 /dev/urandom swap\n",
                        "/srv/.photos /srv/photos fscrypt key=photos\nrubbish\n",
                        key("spare", TargetType.LUKS),
                        key("home", TargetType.ECRYPTFS))
                .check(findings);
        assertThat(told())
                .hasSize(5)
                .contains(
                        "PROBLEM /etc/crypttab takes the key of volume 'data' from keyringd, which has none ->"
                                + " tpm-keyring add data --target luks --device UUID=1",
                        "PROBLEM the mount table mounts '/srv/photos' with key 'photos', which is not there ->"
                                + " tpm-keyring list",
                        "NOTE volume 'spare' has a key, but no line in /etc/crypttab, so nothing opens it at boot ->"
                                + " tpm-keyring volume list",
                        "NOTE key 'home' is in no line of the mount table, so nothing is mounted with it at boot ->"
                                + " man tpm-keyring-mounttab")
                .anySatisfy(line -> assertThat(line).startsWith("PROBLEM line 2 of the mount table: "));
    }

    @Test
    void aLineWithTheKeyOfAnotherTargetDoesNotFit() {
        consumers("", "/srv/.photos /srv/photos fscrypt key=photos\n", key("photos", TargetType.ECRYPTFS))
                .check(findings);
        assertThat(told())
                .containsExactly(
                        "PROBLEM the mount table mounts '/srv/photos' as fscrypt with key 'photos', which is for"
                                + " target ecryptfs -> tpm-keyring show photos");
    }

    @Test
    void aQuestionWithoutEndKeepsTheDoorOpen() {
        consumers("data UUID=1 " + SOCKET + " luks,nofail\nother UUID=2 none luks\n", "", key("data", TargetType.LUKS))
                .check(findings);
        assertThat(told())
                .containsExactly(
                        "WARNING volume 'data' has no timeout= in /etc/crypttab: where it asks for a passphrase"
                                + " at boot, the door stays open until somebody types one -> man crypttab");
    }

    @Test
    void aModuleIsMissedOnlyWhereItsTargetIsInUse() throws IOException {
        file("proc/sys/kernel/osrelease", "6.1.0\n");
        file("lib/modules/6.1.0/modules.dep", "kernel/drivers/md/dm-crypt.ko.xz:\n");
        ModuleCheck.run(machine, Set.of(TargetType.USER, TargetType.LUKS), findings);
        assertThat(told()).isEmpty();
        ModuleCheck.run(machine, Set.of(TargetType.ZFS), findings);
        assertThat(told())
                .containsExactly(
                        "WARNING there are keys of target zfs, but this kernel has no zfs; Debian's zfs-dkms, of"
                                + " section contrib, builds it -> apt-get install linux-headers-$(uname -r) zfs-dkms"
                                + " zfsutils-linux");
        file("proc/filesystems", "nodev\tzfs\n");
        Findings again = new Findings();
        ModuleCheck.run(machine, Set.of(TargetType.ZFS), again);
        assertThat(again.all()).isEmpty();
    }

    @Test
    void noAdviceIsToLoadAModuleThatIsNotThere() {
        ModuleCheck.run(machine, Set.of(TargetType.ECRYPTFS, TargetType.DM_CRYPT, TargetType.BCACHEFS), findings);
        assertThat(told())
                .containsExactlyInAnyOrder(
                        "WARNING there are keys of target dm-crypt, but this kernel has no dm-crypt; the one of Debian's"
                                + " linux-image has, that of its cloud images may not -> apt-get install"
                                + " linux-image-$(dpkg --print-architecture)",
                        "WARNING there are keys of target ecryptfs, but this kernel has no ecryptfs; the one of Debian's"
                                + " linux-image has, that of its cloud images may not -> apt-get install"
                                + " linux-image-$(dpkg --print-architecture)",
                        "WARNING there are keys of target bcachefs, but this kernel has no bcachefs -> apt-cache search"
                                + " bcachefs");
    }

    @Test
    void vaultFilesBehindTheirOwnKeyAreAProblem() {
        Consumers consumers = consumers("", "/srv/.lib /var/lib fscrypt key=lib\n", key("lib", TargetType.FSCRYPT));
        PlaceCheck.run(machine, Path.of("/var/lib/tpm-keyring"), consumers, findings);
        PlaceCheck.run(machine, Path.of("/var/library"), consumers, findings);
        assertThat(told())
                .containsExactly("PROBLEM the vault files are in what is mounted at /var/lib, which is opened by a key"
                        + " that is in them: after the next boot nobody gets at either -> findmnt -T"
                        + " /var/lib/tpm-keyring");
    }

    @Test
    void archivesOfAnotherJavaOrAnOlderProgramAreStale() throws IOException {
        Path lib = Files.createDirectories(root.resolve("tree/lib"));
        Path jar = Files.createFile(lib.resolve("cli.jar"));
        Path bin = Files.createDirectories(root.resolve("tree/bin"));
        Path maker = Files.createFile(
                bin.resolve("make-class-data-archives"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
        Files.createFile(lib.resolve("tpm-keyring-17.jsa"));
        Path old = Files.createFile(lib.resolve("keyringd-17.jsa"));
        Files.setLastModifiedTime(old, FileTime.fromMillis(0));

        ArchiveCheck.run(jar + ":other.jar", "17", findings);
        assertThat(told())
                .singleElement()
                .satisfies(line -> assertThat(line)
                        .startsWith("NOTE there is no class-data archive of keyringd for Java 17")
                        .endsWith("-> sudo " + maker));
        ArchiveCheck.run("target/classes", "18", findings);
        assertThat(told()).hasSize(1);
        ArchiveCheck.run(jar.toString(), "18", findings);
        assertThat(told()).hasSize(3);
    }
}
