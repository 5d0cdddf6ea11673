// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.client;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A file system that keyringd.service waits for, since its vaults are there, and that is not mounted: that of
 * /var in emergency mode, for example. The service cannot start then.
 */
public final class MissingMount {
    private static final List<String> UNIT_DIRECTORIES = List.of(
            "etc/systemd/system",
            "run/systemd/system",
            "run/systemd/generator",
            "run/systemd/generator.late",
            "usr/lib/systemd/system",
            "lib/systemd/system");

    /** Every directory above the vaults, the root apart, and their own. */
    private static final List<Point> POINTS = List.of(
            new Point("/var", "var.mount"),
            new Point("/var/lib", "var-lib.mount"),
            new Point("/var/lib/tpm-keyring", "var-lib-tpm\\x2dkeyring.mount"));

    private MissingMount() {}

    /**
     * A mount point.
     *
     * @param unit as systemd-escape(1) names it
     */
    private record Point(String path, String unit) {}

    /**
     * The first mount point that systemd has a unit for and the kernel no mount.
     *
     * @param root directory taken for {@code /}
     */
    public static Optional<String> ofVaults(Path root) {
        List<String> mounted = mounted(root.resolve("proc/self/mountinfo"));
        return POINTS.stream()
                .filter(point -> !mounted.contains(point.path()) && hasUnit(root, point.unit()))
                .map(Point::path)
                .findFirst();
    }

    private static boolean hasUnit(Path root, String unit) {
        return UNIT_DIRECTORIES.stream()
                .anyMatch(directory -> Files.exists(root.resolve(directory).resolve(unit), LinkOption.NOFOLLOW_LINKS));
    }

    /** Fifth field of each line (proc_pid_mountinfo(5)); what is quoted in it is none of ours. */
    private static List<String> mounted(Path mountinfo) {
        try {
            return Files.readString(mountinfo, StandardCharsets.ISO_8859_1)
                    .lines()
                    .map(line -> line.split(" ", 6))
                    .filter(fields -> fields.length > 5)
                    .map(fields -> fields[4])
                    .toList();
        } catch (IOException unknown) {
            return POINTS.stream().map(Point::path).toList();
        }
    }
}
