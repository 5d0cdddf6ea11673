// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class KernelCommandLineTest {
    @TempDir
    Path directory;

    private Optional<String> rescueIn(String line) throws IOException {
        Files.createDirectories(directory.resolve("proc"));
        Files.writeString(directory.resolve("proc/cmdline"), line);
        return new KernelCommandLine(directory).rescue();
    }

    private void link(String unit, String target) throws IOException {
        Path link = directory.resolve(unit);
        Files.createDirectories(link.getParent());
        Files.createSymbolicLink(link, Path.of(target));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "systemd.unit=rescue.target",
                "systemd.unit=emergency.target",
                "systemd.unit=runlevel1.target",
                "rescue",
                "emergency",
                "single",
                "s",
                "S",
                "1",
                "-s",
                "-b"
            })
    void eachOfTheWordsAsksForAShellWhereverItStands(String word) throws IOException {
        String why = "'" + word + "' on the kernel command line";
        assertThat(rescueIn(word)).contains(why);
        assertThat(rescueIn("root=/dev/vda " + word + "\n")).contains(why);
        assertThat(rescueIn("root=/dev/vda\t\"" + word + "\" quiet\n")).contains(why);
        assertThat(rescueIn(word + " systemd.unit=multi-user.target\n")).contains(why);
        assertThat(rescueIn("root=/dev/vda \"" + word)).contains(why);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "\n",
                "root=/dev/vda rw console=ttyS0 quiet",
                "systemd.unit=multi-user.target 5",
                "rescue=1 s=1 emergency.foo sysrq_always_enabled",
                "foo=\"a rescue b\" quiet",
                "rd.systemd.unit=rescue.target",
                "RESCUE"
            })
    void everythingElseIsANormalBoot(String line) throws IOException {
        link("usr/lib/systemd/system/default.target", "graphical.target");
        assertThat(rescueIn(line)).isEmpty();
    }

    @Test
    void theDefaultMayBeAShell() throws IOException {
        link("etc/systemd/system/default.target", "/usr/lib/systemd/system/rescue.target");
        link("usr/lib/systemd/system/default.target", "graphical.target");
        assertThat(rescueIn("quiet")).contains("default.target, which is rescue.target");
        assertThat(rescueIn("quiet systemd.unit=multi-user.target")).isEmpty();
        assertThat(rescueIn("quiet 3")).isEmpty();
    }

    @Test
    void anAliasOfAShellIsOne() throws IOException {
        link("usr/lib/systemd/system/default.target", "care.target");
        link("run/systemd/system/care.target", "../../../lib/systemd/system/emergency.target");
        assertThat(rescueIn("systemd.unit=care.target")).isPresent();
        assertThat(rescueIn("")).contains("default.target, which is emergency.target");
    }

    @Test
    void linksThatLeadNowhereAreNoShell() throws IOException {
        link("usr/lib/systemd/system/default.target", "a.target");
        link("usr/lib/systemd/system/a.target", "default.target");
        link("etc/systemd/system/masked.target", "/dev/null");
        assertThat(rescueIn("")).isEmpty();
        assertThat(rescueIn("systemd.unit=masked.target")).isEmpty();
        assertThat(rescueIn("systemd.unit=../x systemd.unit=")).isEmpty();
    }

    @Test
    void itIsReadWhenItIsAskedFor() throws IOException {
        assertThat(rescueIn("root=/dev/vda rescue\n")).isPresent();
        assertThat(rescueIn("root=/dev/vda\n")).isEmpty();
    }

    @Test
    void whoCannotReadItDoesNotClaimANormalBoot() {
        KernelCommandLine unreadable = new KernelCommandLine(directory.resolve("none"));
        assertThatThrownBy(unreadable::rescue).isInstanceOf(UncheckedIOException.class);
    }
}
