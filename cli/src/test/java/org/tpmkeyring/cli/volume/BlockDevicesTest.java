// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.volume;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Over a sysfs that the test makes. */
class BlockDevicesTest {
    private static final String UUID = "0f4c1d2e-0000-4000-8000-00000000abcd";
    private static final String PACKED = "0f4c1d2e00004000800000000000abcd";

    @TempDir
    Path root;

    private final List<Path> silent = new ArrayList<>();

    private Path device(String name, String size) throws IOException {
        Path device = Files.createDirectories(root.resolve("sys/class/block/" + name));
        Files.createDirectories(device.resolve("holders"));
        Files.writeString(device.resolve("size"), size + "\n");
        return device;
    }

    private void mapped(String node, String name, String uuid) throws IOException {
        Path dm = Files.createDirectories(device(node, "100").resolve("dm"));
        Files.writeString(dm.resolve("name"), name + "\n");
        Files.writeString(dm.resolve("uuid"), uuid + "\n");
    }

    private void luks(String name, String uuid) throws IOException {
        byte[] header = new byte[4096];
        System.arraycopy(new byte[] {'L', 'U', 'K', 'S', (byte) 0xba, (byte) 0xbe, 0, 2}, 0, header, 0, 8);
        System.arraycopy(uuid.getBytes(java.nio.charset.StandardCharsets.US_ASCII), 0, header, 168, uuid.length());
        Files.createDirectories(root.resolve("dev"));
        Files.write(root.resolve("dev/" + name), header);
    }

    @Test
    void aVolumeIsOpenUnderItsNameAndUuid() throws Exception {
        mapped("dm-0", "data", "CRYPT-LUKS2-" + PACKED + "-data");
        mapped("dm-1", "plain", "CRYPT-PLAIN-plain");
        BlockDevices devices = new BlockDevices(root);
        assertThat(devices.isOpen("data", UUID)).isTrue();
        assertThat(devices.isOpen("data", "00000000-0000-4000-8000-00000000abcd"))
                .isFalse();
        assertThat(devices.isOpen("plain", UUID)).isFalse();
        assertThat(new BlockDevices(root.resolve("absent")).isOpen("data", UUID))
                .isFalse();
    }

    @Test
    void everyDeviceWithTheUuidIsFoundButNoMemberOfAnother() throws Exception {
        device("sda1", "100");
        luks("sda1", UUID);
        device("sdb1", "100");
        luks("sdb1", UUID);
        device("sdc1", "100");
        luks("sdc1", "00000000-0000-4000-8000-00000000abcd");
        device("sr0", "0");
        luks("sr0", UUID);
        Path member = device("sdd1", "100");
        luks("sdd1", UUID);
        device("md0", "100");
        Files.createDirectory(member.resolve("holders/md0"));
        Path opened = device("sde1", "100");
        luks("sde1", UUID);
        mapped("dm-3", "data", "CRYPT-LUKS2-" + PACKED + "-data");
        Files.createDirectory(opened.resolve("holders/dm-3"));
        assertThat(new BlockDevices(root).withUuid(UUID, Duration.ofSeconds(20), silent::add))
                .containsExactlyInAnyOrder(
                        root.resolve("dev/sda1"), root.resolve("dev/sdb1"), root.resolve("dev/sde1"));
        assertThat(silent).isEmpty();
    }

    @Test
    void whoDoesNotAnswerIsNamedAndHoldsNobodyUp() throws Exception {
        device("sda1", "100");
        luks("sda1", UUID);
        device("dm-5", "100");
        Path queueing = root.resolve("dev/dm-5");
        assertThat(new ProcessBuilder("mkfifo", queueing.toString()).start().waitFor())
                .isZero();
        device("sdb1", "100");
        assertThat(new BlockDevices(root).withUuid(UUID, Duration.ofSeconds(1), silent::add))
                .containsExactly(root.resolve("dev/sda1"));
        assertThat(silent).containsExactly(queueing);
    }

    @Test
    void deviceNumbersAreThoseOfTheKernel() {
        assertThat(BlockDevices.number(0x801)).isEqualTo("8:1");
        assertThat(BlockDevices.number(0xfd00)).isEqualTo("253:0");
        assertThat(BlockDevices.number(0x10301234L)).isEqualTo("18:66356");
    }

    @Test
    void whatIsNoDeviceCarriesNothing() throws Exception {
        Path file = Files.writeString(root.resolve("f"), "");
        assertThat(new BlockDevices(Path.of("/")).liesOn(root, file)).isFalse();
        assertThat(new BlockDevices(Path.of("/")).liesOn(root.resolve("absent"), file))
                .isFalse();
    }
}
