// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.kernel.sysfs;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;
import org.tpmkeyring.kernel.KernelException;
import org.tpmkeyring.kernel.MappedVolumes;

/**
 * Reads {@code /sys/class/block/dm-N/dm/name} and {@code uuid} (Documentation/ABI/testing/sysfs-block-dm).
 * libcryptsetup makes the device's uuid {@code CRYPT-LUKS2-UUID-NAME}, the header's UUID without dashes
 * (dm_prepare_uuid in lib/libdevmapper.c), so that a device of the same name that is something else is told
 * apart.
 */
public final class SysfsVolumes implements MappedVolumes {
    private static final int EIO = 5;

    private final Path devices;

    /** Those of this machine. */
    public SysfsVolumes() {
        this(Path.of("/sys/class/block"));
    }

    /**
     * @param devices directory of the block devices
     */
    SysfsVolumes(Path devices) {
        this.devices = devices;
    }

    @Override
    public boolean isOpen(String name, String uuid) throws KernelException {
        if (!Files.isDirectory(devices)) {
            return false;
        }
        String wanted = "CRYPT-LUKS[12]-" + uuid.replace("-", "").toLowerCase(Locale.ROOT) + "-.*";
        try (DirectoryStream<Path> mapped = Files.newDirectoryStream(devices, "dm-*")) {
            for (Path device : mapped) {
                if (read(device.resolve("dm/name")).equals(name)
                        && read(device.resolve("dm/uuid")).matches(wanted)) {
                    return true;
                }
            }
            return false;
        } catch (IOException | DirectoryIteratorException e) {
            throw new KernelException("read", EIO, "the open volumes cannot be listed: " + e.getMessage());
        }
    }

    /** Empty for a device that was closed meanwhile. */
    private static String read(Path file) throws IOException {
        try {
            return Files.readString(file, StandardCharsets.UTF_8).strip();
        } catch (NoSuchFileException gone) {
            return "";
        }
    }
}
