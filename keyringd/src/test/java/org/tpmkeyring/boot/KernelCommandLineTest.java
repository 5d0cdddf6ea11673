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
import org.tpmkeyring.protocol.wire.MalformedMessageException;
import org.tpmkeyring.testing.CommandLines;

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

    /** The same lines that the generator of mount units is tried on. */
    @Test
    void aShellIsAskedForByWordsThatStandForThemselves() throws IOException, MalformedMessageException {
        CommandLines lines = CommandLines.below(directory);
        for (String line : lines.shell()) {
            assertThat(rescueIn(line)).as(line).isPresent();
            assertThat(rescueIn(line + "\n")).as(line).isPresent();
        }
        for (String line : lines.system()) {
            assertThat(rescueIn(line)).as(line).isEmpty();
            assertThat(rescueIn(line + "\n")).as(line).isEmpty();
        }
    }

    @Test
    void theWordIsTold() throws IOException {
        assertThat(rescueIn("root=/dev/vda\t\"rescue\" quiet\n")).contains("'rescue' on the kernel command line");
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
