// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.mount;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tpmkeyring.cli.mount.KernelMounts.Mount;

/** The kernel's list of mounts. */
final class KernelMountsTest {
    @TempDir
    Path directory;

    private KernelMounts read(String... lines) throws IOException {
        return KernelMounts.read(Files.writeString(directory.resolve("mountinfo"), String.join("\n", lines) + "\n"));
    }

    @Test
    void namesAreQuotedAsInFstabAndTheLastMountAtAPlaceIsSeen() throws IOException {
        KernelMounts mounts = read(
                "21 1 254:1 / / rw,relatime shared:1 - ext4 /dev/vda1 rw",
                "40 21 254:2 / /data rw - ext4 /dev/vdb rw",
                "41 40 254:2 /v\\040x /mnt/a\\012b rw,nodev master:3 shared:4 - ext4 /dev/vdb rw",
                "42 21 0:50 / /srv/p rw - ecryptfs /srv/.p rw,ecryptfs_sig=d395309aaad4de06",
                "43 42 0:51 / /srv/p rw - tmpfs none rw",
                "nonsense",
                "");
        assertThat(mounts.at("/mnt/a\nb"))
                .contains(new Mount("254:2", "/v x", "/mnt/a\nb", List.of("nodev"), "ext4", "/dev/vdb"));
        assertThat(mounts.at("/srv/p").orElseThrow().type()).isEqualTo("tmpfs");
        assertThat(mounts.at("/srv")).isEmpty();
        assertThat(mounts.around("/data/v x", ""))
                .contains(new Mount("254:2", "/v x", "/data/v x", List.of(), "ext4", "/dev/vdb"));
        assertThat(mounts.around("/database", "").orElseThrow().root()).isEqualTo("/database");
        assertThat(mounts.around("/", "").orElseThrow().root()).isEqualTo("/");
    }

    @Test
    void aDirectoryBoundToItselfIsLookedForBelowThat() throws IOException {
        KernelMounts mounts = read(
                "21 1 254:1 / / rw - ext4 /dev/vda1 rw",
                "40 21 254:2 /sub /data rw - ext4 /dev/vdb rw",
                "41 40 254:2 /sub/v /data/v rw - ext4 /dev/vdb rw");
        assertThat(mounts.around("/data/v", "/data/v").orElseThrow().root()).isEqualTo("/sub/v");
        assertThat(mounts.at("/data/v").orElseThrow().root()).isEqualTo("/sub/v");
    }
}
