// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class KernelCommandLineTest {
    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "systemd.unit=rescue.target",
                "systemd.unit=emergency.target",
                "rescue",
                "emergency",
                "single",
                "s",
                "S",
                "1",
                "-s",
                "-b"
            })
    void eachOfTheWordsAsksForAShellWhereverItStands(String word) {
        assertThat(KernelCommandLine.rescueIn(word)).contains(word);
        assertThat(KernelCommandLine.rescueIn("root=/dev/vda " + word + "\n")).contains(word);
        assertThat(KernelCommandLine.rescueIn("root=/dev/vda\t\"" + word + "\" quiet\n"))
                .contains(word);
        assertThat(KernelCommandLine.rescueIn(word + " systemd.unit=multi-user.target\n"))
                .contains(word);
        assertThat(KernelCommandLine.rescueIn("root=/dev/vda \"" + word)).contains(word);
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
    void everythingElseIsANormalBoot(String line) {
        assertThat(KernelCommandLine.rescueIn(line)).isEmpty();
    }

    @Test
    void itIsReadWhenItIsAskedFor() throws IOException {
        Path file = Files.writeString(directory.resolve("cmdline"), "root=/dev/vda rescue\n");
        assertThat(new KernelCommandLine(file).rescue()).contains("rescue");
        Files.writeString(file, "root=/dev/vda\n");
        assertThat(new KernelCommandLine(file).rescue()).isEmpty();
    }

    @Test
    void whoCannotReadItDoesNotClaimANormalBoot() {
        KernelCommandLine unreadable = new KernelCommandLine(directory.resolve("none"));
        assertThatThrownBy(unreadable::rescue).isInstanceOf(UncheckedIOException.class);
    }
}
