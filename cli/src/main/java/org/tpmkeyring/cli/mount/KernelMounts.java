// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.mount;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.tpmkeyring.cli.mounttab.TableException;
import org.tpmkeyring.cli.mounttab.TableField;

/** What is mounted, from {@code /proc/self/mountinfo} (proc_pid_mountinfo(5)), in the order of mounting. */
final class KernelMounts {
    /** The absence of a flag. */
    static final String READ_WRITE = "rw";

    private final List<Mount> all;

    private KernelMounts(List<Mount> all) {
        this.all = all;
    }

    /**
     * A mount.
     *
     * @param device major:minor of the file system
     * @param root directory of the file system that is seen
     * @param point mount point
     * @param flags of the mount, such as nosuid, without rw
     * @param type such as ext4
     * @param source what was mounted
     */
    record Mount(String device, String root, String point, List<String> flags, String type, String source) {}

    /**
     * @param mountinfo the kernel's file, or a test's
     */
    static KernelMounts read(Path mountinfo) throws IOException {
        List<Mount> mounts = new ArrayList<>();
        for (String line :
                Files.readString(mountinfo, StandardCharsets.ISO_8859_1).split("\n", -1)) {
            parse(line).ifPresent(mounts::add);
        }
        return new KernelMounts(mounts);
    }

    /** A mount whose names are not UTF-8 cannot be one of a table. */
    private static Optional<Mount> parse(String line) {
        String[] halves = line.split(" - ", 2);
        String[] before = halves[0].split(" ", -1);
        String[] after = halves.length == 2 ? halves[1].split(" ", -1) : new String[0];
        if (before.length < 6 || after.length < 2) {
            return Optional.empty();
        }
        try {
            return Optional.of(new Mount(
                    before[2], text(before[3]), text(before[4]), flags(before[5]), text(after[0]), text(after[1])));
        } catch (TableException e) {
            return Optional.empty();
        }
    }

    private static List<String> flags(String field) {
        return Stream.of(field.split(",", -1))
                .filter(flag -> !flag.equals(READ_WRITE))
                .toList();
    }

    /** The kernel quotes blanks, line breaks and backslashes as fstab does, and leaves the rest. */
    private static String text(String field) throws TableException {
        return TableField.decodeBytes(field);
    }

    /** What one sees at a path that is a mount point: the last that was mounted there. */
    Optional<Mount> at(String point) {
        return last(all.stream().filter(mount -> mount.point().equals(point)).toList());
    }

    /** Whether a file system is mounted, wherever that is. */
    boolean has(String type, String source) {
        return all.stream()
                .anyMatch(mount -> mount.type().equals(type) && mount.source().equals(source));
    }

    /**
     * Where a directory is in its file system.
     *
     * @param path without symbolic links
     * @param except a mount point that does not count, such as that of a bind mount upon itself
     * @return device and directory below the root of the file system
     */
    Optional<Mount> around(String path, String except) {
        Mount best = null;
        for (Mount mount : all) {
            boolean above =
                    mount.point().equals("/") || path.equals(mount.point()) || path.startsWith(mount.point() + "/");
            boolean counts = above && !(path.equals(except) && mount.point().equals(except));
            if (counts
                    && (best == null || mount.point().length() >= best.point().length())) {
                best = mount;
            }
        }
        return Optional.ofNullable(best).map(mount -> below(mount, path));
    }

    private static Mount below(Mount mount, String path) {
        String rest =
                mount.point().equals("/") ? path : path.substring(mount.point().length());
        String root = (mount.root().equals("/") ? "" : mount.root()) + (rest.equals("/") ? "" : rest);
        return new Mount(
                mount.device(), root.isEmpty() ? "/" : root, path, mount.flags(), mount.type(), mount.source());
    }

    private static Optional<Mount> last(List<Mount> mounts) {
        return mounts.isEmpty() ? Optional.empty() : Optional.of(mounts.get(mounts.size() - 1));
    }
}
