// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.volume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.KeyringException;

class VolumeDeviceTest {
    private static final String UUID = "0f4c1d2e-0000-4000-8000-00000000abcd";

    @TempDir
    Path root;

    @Test
    void namesAreFoundWhereUdevPutsThem() {
        Path disks = Path.of("/dev/disk");
        assertThat(VolumeDevice.path(Path.of("/"), "UUID=" + UUID)).isEqualTo(disks.resolve("by-uuid/" + UUID));
        assertThat(VolumeDevice.path(Path.of("/"), "UUID=\"ABCD\"")).isEqualTo(disks.resolve("by-uuid/abcd"));
        assertThat(VolumeDevice.path(Path.of("/"), "PARTUUID=Ab-01")).isEqualTo(disks.resolve("by-partuuid/ab-01"));
        assertThat(VolumeDevice.path(Path.of("/"), "LABEL=my data/x"))
                .isEqualTo(disks.resolve("by-label/my\\x20data\\x2fx"));
        assertThat(VolumeDevice.path(Path.of("/"), "/dev/sda=1")).isEqualTo(Path.of("/dev/sda=1"));
    }

    @Test
    void aDeviceIsKnownByItsUuidWhereUdevKnowsItByThat() throws Exception {
        Path device = Files.writeString(root.resolve("sdb1"), "").toRealPath();
        assertThat(VolumeDevice.stable(root, device.toString(), device, UUID)).isEqualTo(device.toString());
        Path links = Files.createDirectories(root.resolve("dev/disk/by-uuid"));
        Files.createSymbolicLink(links.resolve(UUID), device);
        assertThat(VolumeDevice.stable(root, device.toString(), device, UUID)).isEqualTo("UUID=" + UUID);
        Files.delete(links.resolve(UUID));
        Files.createSymbolicLink(links.resolve(UUID), Files.writeString(root.resolve("other"), ""));
        assertThat(VolumeDevice.stable(root, "PARTUUID=1", device, UUID)).isEqualTo("PARTUUID=1");
    }

    @Test
    void oneThatIsNotThereIsRefusedByName() {
        assertThatThrownBy(() -> VolumeDevice.require(root, "data", "UUID=" + UUID))
                .isInstanceOfSatisfying(KeyringException.class, e -> {
                    assertThat(e.kind()).isEqualTo(ErrorKind.NO_SUCH_DEVICE);
                    assertThat(e.sentence()).contains("UUID=" + UUID).contains("'data'");
                });
    }
}
