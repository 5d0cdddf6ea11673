// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.vm;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * A machine that can be switched on: disks, TPM and firmware settings, all kept from boot to boot. {@link #copy}
 * makes another one in the same state, so that a long preparation is done once.
 */
final class Vm implements AutoCloseable {
    private static final Path FIRMWARE_SETTINGS = Path.of("/usr/share/OVMF/OVMF_VARS_4M.fd");

    private final DebianImage image;
    private final String name;
    private final Path folder;
    private final List<String> disks;
    private int boots;

    private Vm(DebianImage image, String name, List<String> disks) throws IOException {
        this.image = image;
        this.name = name;
        this.disks = new ArrayList<>(disks);
        folder = Files.createTempDirectory("vm-");
    }

    /** A new machine with a fresh TPM; its name tells its boots apart in target/verify/vm. */
    static Vm create(DebianImage image, String name) throws IOException {
        Vm vm = new Vm(image, name, List.of("root"));
        overlay(image.disk(), "raw", vm.disk("root"));
        Files.copy(FIRMWARE_SETTINGS, vm.firmwareSettings());
        Files.createDirectory(vm.tpmState());
        return vm;
    }

    /** Another machine in this one's state. This one is never switched on again, since the other reads its disks. */
    Vm copy(String otherName) throws IOException {
        Vm other = new Vm(image, otherName, disks);
        for (String disk : disks) {
            overlay(disk(disk), "qcow2", other.disk(disk));
        }
        Files.copy(firmwareSettings(), other.firmwareSettings());
        Files.createDirectory(other.tpmState());
        try (Stream<Path> files = Files.list(tpmState())) {
            for (Path file : files.toList()) {
                Files.copy(file, other.tpmState().resolve(file.getFileName()));
            }
        }
        return other;
    }

    private static void overlay(Path base, String format, Path made) throws IOException {
        HostProcess.run(
                "qemu-img", "create", "-q", "-f", "qcow2", "-b", base.toString(), "-F", format, made.toString());
    }

    /** One more disk, empty, known in the guest as /dev/disk/by-id/virtio-NAME. */
    Vm addDisk(String disk, int mebibytes) throws IOException {
        HostProcess.run("qemu-img", "create", "-q", "-f", "qcow2", disk(disk).toString(), mebibytes + "M");
        disks.add(disk);
        return this;
    }

    /** Puts another of its disks into the place of this one, which is taken away. */
    void replaceDisk(String disk, String by) throws IOException {
        Files.move(disk(by), disk(disk), StandardCopyOption.REPLACE_EXISTING);
        disks.remove(by);
    }

    /** Switches it on and waits until scripts can be run in it, which is long before the boot is complete. */
    Guest boot(Boot boot) throws IOException {
        boots++;
        return Guest.start(this, boot);
    }

    DebianImage image() {
        return image;
    }

    /** Name of the present boot, for files. */
    String bootName() {
        return name + "-" + boots;
    }

    List<String> disks() {
        return List.copyOf(disks);
    }

    Path disk(String disk) {
        return folder.resolve(disk + ".qcow2");
    }

    Path firmwareSettings() {
        return folder.resolve("firmware-settings");
    }

    Path tpmState() {
        return folder.resolve("tpm");
    }

    /** A place for a socket: short, since their names must be. */
    Path file(String file) {
        return folder.resolve(file);
    }

    /** Throws it away. It must be off. */
    @Override
    public void close() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    /** The same for the end of the JVM, where nobody is told what went wrong. */
    void discard() {
        try {
            close();
        } catch (IOException e) {
            // a folder stays in /tmp
        }
    }
}
