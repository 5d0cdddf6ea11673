// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.volume;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/** What sysfs tells of the block devices of this machine (Documentation/ABI/stable/sysfs-block). */
public final class BlockDevices {
    private static final int MAJOR_SHIFT = 8;
    private static final int MAJOR_MASK = 0xfff;
    private static final int MINOR_LOW = 0xff;
    private static final int MINOR_HIGH = 0xfff00;
    private static final int MINOR_HIGH_SHIFT = 12;

    /** Field of proc_pid_mountinfo(5). */
    private static final int MOUNT_POINT = 4;

    private final Path root;

    /**
     * @param root directory taken for {@code /}
     */
    public BlockDevices(Path root) {
        this.root = root;
    }

    /** Whether a LUKS volume with this UUID is open under a name. */
    public boolean isOpen(String name, String uuid) {
        String wanted = "CRYPT-LUKS[12]-" + uuid.replace("-", "").toLowerCase(Locale.ROOT) + "-.*";
        for (Path device : children("sys/class/block")) {
            if (read(device.resolve("dm/name")).equals(name)
                    && read(device.resolve("dm/uuid")).matches(wanted)) {
                return true;
            }
        }
        return false;
    }

    /**
     * Devices with a LUKS header of this UUID that no other device is made of. More than one are a sign that somebody
     * has put a volume of his own beside ours: which one /dev/disk/by-uuid points to is then a matter of chance. All are
     * read at once, and for all of them there is one time.
     *
     * @param limit after which nobody waits any more
     * @param silent gets each device that had not answered by then
     */
    public List<Path> withUuid(String uuid, Duration limit, Consumer<Path> silent) {
        long deadline = System.nanoTime() + limit.toNanos();
        Map<Path, DeviceStart> starts = new LinkedHashMap<>();
        for (Path device : children("sys/class/block")) {
            Path node = root.resolve("dev").resolve(name(device).replace('!', '/'));
            boolean worthALook = !read(device.resolve("size")).equals("0") && !isPartOfAnother(device);
            if (worthALook) {
                starts.put(node, DeviceStart.of(node));
            }
        }
        List<Path> found = new ArrayList<>();
        starts.forEach((node, start) -> {
            try {
                Duration left = Duration.ofNanos(Math.max(0, deadline - System.nanoTime()));
                if (start.await(left).map(Luks1::uuid).filter(uuid::equals).isPresent()) {
                    found.add(node);
                }
            } catch (TimeoutException e) {
                silent.accept(node);
            } catch (IOException unreadable) {
                return;
            }
        });
        return found;
    }

    /** A member of a RAID or a path of a multipath device has the header of the whole; an open volume's device not. */
    private boolean isPartOfAnother(Path device) {
        for (Path holder : children(root.relativize(device.resolve("holders")).toString())) {
            Path held = root.resolve("sys/class/block").resolve(name(holder));
            if (!read(held.resolve("dm/uuid")).startsWith("CRYPT-")) {
                return true;
            }
        }
        return false;
    }

    /** Whether the file system of a path lies on a block device, be it through other devices. */
    public boolean liesOn(Path path, Path device) {
        try {
            Set<String> below = new HashSet<>();
            collect(numbered(attribute(path, "unix:dev")), below);
            Optional<Path> source = below.isEmpty() ? source(path) : Optional.empty();
            if (source.isPresent()) {
                collect(numbered(attribute(source.get(), "unix:rdev")), below);
            }
            return below.contains(number(attribute(device, "unix:rdev")));
        } catch (IOException notKnown) {
            return false;
        }
    }

    private static long attribute(Path file, String name) throws IOException {
        return ((Number) Files.getAttribute(file, name)).longValue();
    }

    private Path numbered(long device) {
        return root.resolve("sys/dev/block").resolve(number(device));
    }

    /** The device a file system was mounted from, for those such as btrfs whose own number is of no device. */
    private Optional<Path> source(Path path) {
        Optional<Path> source = Optional.empty();
        int longest = -1;
        for (String line : read(root.resolve("proc/self/mountinfo")).split("\\n", -1)) {
            String[] halves = line.split(" - ", 2);
            String[] mount = halves[0].split(" ", -1);
            if (halves.length == 2 && mount.length > MOUNT_POINT && path.startsWith(mount[MOUNT_POINT])) {
                String from = halves[1].split(" ", -1)[1];
                if (from.startsWith("/dev/") && mount[MOUNT_POINT].length() > longest) {
                    longest = mount[MOUNT_POINT].length();
                    source = Optional.of(Path.of(from));
                }
            }
        }
        return source;
    }

    private void collect(Path device, Set<String> numbers) {
        String number = read(device.resolve("dev"));
        if (number.isEmpty() || !numbers.add(number)) {
            return;
        }
        try (DirectoryStream<Path> slaves = Files.newDirectoryStream(device.resolve("slaves"))) {
            slaves.forEach(slave -> collect(slave, numbers));
        } catch (IOException none) {
            return;
        }
    }

    /** MAJOR:MINOR of a device number (makedev(3)). */
    static String number(long device) {
        long major = (device >> MAJOR_SHIFT) & MAJOR_MASK;
        long minor = (device & MINOR_LOW) | ((device >> MINOR_HIGH_SHIFT) & MINOR_HIGH);
        return major + ":" + minor;
    }

    private List<Path> children(String directory) {
        List<Path> found = new ArrayList<>();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(root.resolve(directory))) {
            all.forEach(found::add);
        } catch (IOException none) {
            return List.of();
        }
        return found;
    }

    private static String name(Path file) {
        return String.valueOf(file.getFileName());
    }

    private static String read(Path file) {
        try {
            return Files.readString(file, StandardCharsets.UTF_8).strip();
        } catch (IOException none) {
            return "";
        }
    }
}
