// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.volume;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.KeyringException;

/** Devices as crypttab(5) names them: a path, or {@code UUID=} and its like, which udev has links for. */
public final class VolumeDevice {
    private static final Map<String, String> LINKS =
            Map.of("UUID", "by-uuid", "PARTUUID", "by-partuuid", "LABEL", "by-label", "PARTLABEL", "by-partlabel");

    private VolumeDevice() {}

    /** The path that a specification means; there need not be anything. */
    public static Path path(Path root, String specification) {
        int equals = specification.indexOf('=');
        String links = equals < 0 ? null : LINKS.get(specification.substring(0, equals));
        if (links == null) {
            return Path.of(specification);
        }
        String value = specification.substring(equals + 1).replace("\"", "");
        String name = links.endsWith("uuid") ? value.toLowerCase(Locale.ROOT) : udevName(value);
        return root.resolve("dev/disk").resolve(links).resolve(name);
    }

    /** As udev writes a label into the name of a link (encode_devnode_name in src/shared/device-nodes.c). */
    private static String udevName(String label) {
        StringBuilder name = new StringBuilder();
        label.codePoints().forEach(c -> {
            if (c > 0x7f || Character.isLetterOrDigit(c) || "#+-.:=@_".indexOf(c) >= 0) {
                name.appendCodePoint(c);
            } else {
                for (byte octet : Character.toString(c).getBytes(StandardCharsets.UTF_8)) {
                    name.append(String.format("\\x%02x", octet));
                }
            }
        });
        return name.toString();
    }

    /**
     * The device or file itself, behind all links.
     *
     * @throws KeyringException NO_SUCH_DEVICE
     */
    public static Path require(Path root, String volume, String specification) {
        try {
            return path(root, specification).toRealPath();
        } catch (IOException | java.nio.file.InvalidPathException e) {
            throw KeyringException.of(ErrorKind.NO_SUCH_DEVICE)
                    .with("device", specification)
                    .with("volume", volume)
                    .with("reason", "no such file or device")
                    .build();
        }
    }

    /**
     * How a device is best named in /etc/crypttab: by its UUID, where udev finds it by that, since names such as
     * {@code /dev/sdb1} change from boot to boot; otherwise by its path.
     *
     * @param given as the person named it
     * @param device what that is
     * @param uuid of its LUKS header
     */
    public static String stable(Path root, String given, Path device, String uuid) {
        String byUuid = "UUID=" + uuid;
        try {
            if (path(root, byUuid).toRealPath().equals(device)) {
                return byUuid;
            }
        } catch (IOException notThere) {
            return plain(root, given, device);
        }
        return plain(root, given, device);
    }

    private static String plain(Path root, String given, Path device) {
        boolean named = !path(root, given).equals(Path.of(given));
        boolean link = given.startsWith("/dev/disk/") || given.startsWith("/dev/mapper/");
        return named || (link && Files.exists(Path.of(given))) ? given : device.toString();
    }
}
