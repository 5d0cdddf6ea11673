// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.mounttab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.tpmkeyring.protocol.wire.MalformedMessageException;
import org.tpmkeyring.testing.CommandLines;

/** What a boot does with the generator's units: what comes before what, what is checked, and when nothing is done. */
final class GeneratorBootIT extends GeneratorFixture {
    /** Debian's ifupdown: the network waits for local file systems. */
    private static final String NETWORKING = """
            [Unit]
            DefaultDependencies=no
            Wants=network.target
            After=local-fs.target network-pre.target
            Before=shutdown.target network.target network-online.target
            [Service]
            Type=oneshot
            ExecStart=/bin/true
            """;

    private static final String NFS = """
            [Mount]
            What=server:/x
            Where=/net/private
            Type=nfs
            """;

    /** What systemd says of a boot that wants these units, the network and the local file systems. */
    private String boot(String... wanted) throws IOException, InterruptedException {
        Files.writeString(units.resolve("networking.service"), NETWORKING);
        Files.writeString(units.resolve("net-private.mount"), NFS);
        Files.writeString(
                units.resolve("all.target"),
                "[Unit]\nRequires=basic.target local-fs.target networking.service network-online.target "
                        + String.join(" ", wanted) + "\nAfter=basic.target\n");
        standIns();
        return run(
                        "systemd-analyze",
                        "verify",
                        "--man=no",
                        units.resolve("all.target").toString())
                .err();
    }

    @Test
    void whatNeedsTheNetworkComesBeforeRemoteFileSystemsAndInNoCycle() throws IOException, InterruptedException {
        assertThat(generate("""
                        /net/private/low /srv/n ecryptfs key=n,_netdev,ro
                        tank/n none zfs key=z,_netdev
                        /srv/.l /srv/l ecryptfs key=l
                        """, "")).isEmpty();
        assertThat(unit("srv-n.mount"))
                .contains("\nBefore=remote-fs.target tpm-keyring-close.service\n")
                .contains("\nOptions=type=ecryptfs,_netdev,ro,timeout=60,key=n\n")
                .doesNotContain("local-fs");
        assertThat(unit("tpm-keyring-zfs@tank-n.service"))
                .contains("\nBefore=remote-fs.target tpm-keyring-close.service\n")
                .contains("\nAfter=network-online.target remote-fs-pre.target\n")
                .doesNotContain("local-fs", "zfs-mount.service");
        assertThat(units.resolve("remote-fs.target.wants/srv-n.mount")).exists();
        assertThat(units.resolve("remote-fs.target.wants/tpm-keyring-zfs@tank-n.service"))
                .exists();
        assertThat(units.resolve("local-fs.target.wants/srv-n.mount")).doesNotExist();
        assertThat(boot("srv-n.mount", "srv-l.mount", "tpm-keyring-zfs@tank-n.service"))
                .doesNotContain("ordering cycle");
        assertThat(verify()).isEmpty();
    }

    /** The test above trusts systemd to find a cycle; this is the line without the word. */
    @Test
    void systemdWouldTellACycle() throws IOException, InterruptedException {
        generate("/net/private/low /srv/n ecryptfs key=n\n", "");
        assertThat(boot("srv-n.mount")).contains("ordering cycle");
    }

    /** A link, as systemctl set-default makes it. */
    private void link(String unit, String target) throws IOException {
        Path link = temporary.resolve("root" + unit);
        Files.createDirectories(link.getParent());
        Files.deleteIfExists(link);
        Files.createSymbolicLink(link, Path.of(target));
    }

    /** Whether the table counts; where it does not, that is told. */
    private boolean mountsSomething(String commandLine) throws IOException, InterruptedException {
        surroundings.put("SYSTEMD_PROC_CMDLINE", commandLine);
        deleteUnits();
        Files.deleteIfExists(temporary.resolve("kmsg"));
        List<String> log = generate("/srv/a /srv/b fscrypt key=k\n", "");
        boolean mounts = Files.exists(units.resolve("srv-b.mount"));
        if (mounts) {
            assertThat(log).isEmpty();
        } else {
            assertThat(log).hasSize(1);
            assertThat(log.get(0))
                    .startsWith("<4>tpm-keyring-generator: this boot goes to a rescue shell, nothing of "
                            + temporary.resolve("mounttab") + " is mounted: ");
        }
        return mounts;
    }

    /** The same lines that keyringd is tried on. */
    @Test
    void aShellIsAskedForByWordsThatStandForThemselves()
            throws IOException, InterruptedException, MalformedMessageException {
        CommandLines lines = CommandLines.below(temporary.resolve("root"));
        for (String line : lines.shell()) {
            assertThat(mountsSomething(line)).as(line).isFalse();
        }
        for (String line : lines.system()) {
            assertThat(mountsSomething(line)).as(line).isTrue();
        }
    }

    @Test
    void whyNothingIsMountedIsToldWhereThereIsATable() throws IOException, InterruptedException {
        surroundings.put("SYSTEMD_PROC_CMDLINE", "quiet \"single\"");
        assertThat(generate("/srv/a /srv/b fscrypt key=k\nbad line\n", ""))
                .containsExactly("<4>tpm-keyring-generator: this boot goes to a rescue shell, nothing of "
                        + temporary.resolve("mounttab") + " is mounted: 'single' on the kernel command line");
        Files.delete(temporary.resolve("kmsg"));
        assertThat(generate("# none\n\n", "")).isEmpty();
        link("/run/systemd/generator/default.target", "rescue.target");
        surroundings.put("SYSTEMD_PROC_CMDLINE", "quiet");
        assertThat(generate("/srv/a /srv/b fscrypt key=k\n", "").get(0))
                .endsWith(" is mounted: default.target leads to rescue.target");
    }

    @Test
    void aShellMayBeTheDefaultOrHaveAnotherName() throws IOException, InterruptedException {
        link("/usr/lib/systemd/system/default.target", "graphical.target");
        assertThat(mountsSomething("quiet")).isTrue();
        link("/etc/systemd/system/default.target", "/usr/lib/systemd/system/rescue.target");
        assertThat(mountsSomething("quiet")).isFalse();
        assertThat(mountsSomething("quiet 3")).isTrue();
        assertThat(mountsSomething("systemd.unit=multi-user.target")).isTrue();
        link("/etc/systemd/system/default.target", "care.target");
        link("/run/systemd/system/care.target", "../../../lib/systemd/system/emergency.target");
        assertThat(mountsSomething("")).isFalse();
        assertThat(mountsSomething("systemd.unit=care.target 3")).isFalse();
        link("/run/systemd/system/care.target", "default.target");
        assertThat(mountsSomething("")).isTrue();
    }

    /** The words of the drop-in, run by a shell as systemd does, with a program that ends with a status. */
    private int checked(int status) throws IOException, InterruptedException {
        generate("", "data UUID=1 /run/tpm-keyring/cryptsetup luks\n");
        Path program = Files.writeString(
                temporary.resolve("program"), "#!/bin/sh\nprintf '%s|' \"$@\" >said; exit " + status + "\n");
        assertThat(program.toFile().setExecutable(true)).isTrue();
        String script = unit("systemd-cryptsetup@data.service.d/50-tpm-keyring.conf")
                .replaceAll("(?s).*-c '(.*)' sh.*", "$1")
                .replace("/usr/bin/tpm-keyring", program.toString());
        int ended = run("/bin/sh", "-c", script, "sh", "-da ta").status();
        assertThat(temporary.resolve("said")).hasContent("volume|check|--if-reachable|--|-da ta|");
        return ended;
    }

    @Test
    void onlyAnotherVolumeKeepsAUnitFromOpeningIt() throws IOException, InterruptedException {
        assertThat(checked(7)).isEqualTo(7);
        for (int status : new int[] {0, 1, 2, 3, 5, 6, 9, 127, 134}) {
            assertThat(checked(status)).as("status %d", status).isZero();
        }
    }

    @Test
    void rescueModeMountsNothingAndStillChecksVolumes() throws IOException, InterruptedException {
        surroundings.put("SYSTEMD_PROC_CMDLINE", "quiet systemd.unit=rescue.target");
        generate("/srv/a /srv/b fscrypt key=k\n", "data UUID=4711 /run/tpm-keyring/cryptsetup luks\n");
        assertThat(units.resolve("srv-b.mount")).doesNotExist();
        assertThat(units.resolve("systemd-cryptsetup@data.service.d/50-tpm-keyring.conf"))
                .exists();
    }

    @Test
    void volumesWhoseKeyComesFromUsAreCheckedWhateverTheirName() throws IOException, InterruptedException {
        String odd = "we$ird\"'%i\\x;`touch${IFS}pwned`\u00e4";
        List<String> log = generate(
                "",
                "# comment\ndata UUID=1 /run/tpm-keyring/cryptsetup luks\n" + odd
                        + "\t/dev/x  /run/tpm-keyring/cryptsetup\nother /dev/y none\nthird /dev/z\n");
        assertThat(log).isEmpty();
        String name = run("systemd-escape", "--template=systemd-cryptsetup@.service", "--", odd)
                .out()
                .strip();
        assertThat(names()).containsExactlyInAnyOrder("systemd-cryptsetup@data.service.d", name + ".d");
        assertThat(Files.readString(units.resolve(name + ".d/50-tpm-keyring.conf")))
                .contains("\nExecStartPre=:/bin/sh -c '/usr/bin/tpm-keyring volume check --if-reachable -- \"$1\""
                        + " || [ $? -ne 7 ] || exit 7' sh %I\n")
                .doesNotContain("SuccessExitStatus")
                .contains("\nWants=keyringd-cryptsetup.socket\nAfter=keyringd-cryptsetup.socket\n")
                .contains("\nBefore=tpm-keyring-close.service\n");
    }
}
