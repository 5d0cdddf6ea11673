// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.kernel.sysfs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tpmkeyring.kernel.MappedVolumes;

class SysfsVolumesTest {
    private static final String UUID = "0f4c1d2e-0000-4000-8000-00000000abcd";
    private static final String PACKED = "0f4c1d2e00004000800000000000abcd";

    @TempDir
    Path devices;

    private void device(String node, String name, String uuid) throws IOException {
        Path directory = Files.createDirectories(devices.resolve(node).resolve("dm"));
        Files.writeString(directory.resolve("name"), name + "\n");
        Files.writeString(directory.resolve("uuid"), uuid + "\n");
    }

    @Test
    void aVolumeIsOpenUnderItsNameAndUuid() throws Exception {
        device("dm-0", "vg-root", "LVM-abc");
        device("dm-1", "data", "CRYPT-LUKS2-" + PACKED + "-data");
        device("dm-2", "old", "CRYPT-LUKS1-" + PACKED + "-old");
        MappedVolumes volumes = new SysfsVolumes(devices);
        assertThat(volumes.isOpen("data", UUID)).isTrue();
        assertThat(volumes.isOpen("old", UUID)).isTrue();
        assertThat(volumes.isOpen("data", PACKED)).isTrue();
        assertThat(volumes.isOpen("vg-root", UUID)).isFalse();
    }

    @Test
    void somethingElseUnderTheNameIsNot() throws Exception {
        device("dm-0", "data", "CRYPT-LUKS2-" + "0".repeat(32) + "-data");
        device("dm-1", "plain", "CRYPT-PLAIN-plain");
        Files.createDirectories(devices.resolve("dm-7"));
        Files.createDirectories(devices.resolve("sda"));
        MappedVolumes volumes = new SysfsVolumes(devices);
        assertThat(volumes.isOpen("data", UUID)).isFalse();
        assertThat(volumes.isOpen("plain", UUID)).isFalse();
        assertThat(volumes.isOpen("dm-7", UUID)).isFalse();
    }

    @Test
    void withoutADeviceMapperNothingIsOpen() throws Exception {
        assertThat(new SysfsVolumes(devices.resolve("absent")).isOpen("data", UUID))
                .isFalse();
        assertThat(new SysfsVolumes().isOpen("no-such-volume", UUID)).isFalse();
    }
}
