// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.vm;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The running processes that make a machine: qemu, emulating a PC with UEFI firmware, and swtpm. Emulation of the
 * processor is always asked for, so that the tests are the same where there is KVM and where there is none. The
 * guest's clock counts instructions, a nanosecond each, and follows the host's only while the guest is idle: so the
 * time limits that we ship mean the same in an emulated machine on a busy host as in a real one.
 */
final class Hardware implements AutoCloseable {
    private static final String FIRMWARE = "/usr/share/OVMF/OVMF_CODE_4M.fd";

    /**
     * What every boot has on the kernel's command line; the login prompt would hang the console up,
     * and an emulated processor leaks nothing that the kernel could keep back.
     */
    private static final String WORDS =
            "root=/dev/vda rw console=ttyS0 systemd.show_status=1 systemd.mask=serial-getty@ttyS0.service"
                    + " mitigations=off";

    /**
     * The oldest with all of AES: one with everything is emulated in a seventh more time, since a JVM uses all of its
     * vector instructions.
     */
    private static final String PROCESSOR = "Westmere,+rdrand,+rdseed";

    private final HostProcess tpm;
    private final HostProcess qemu;

    private Hardware(HostProcess tpm, HostProcess qemu) {
        this.tpm = tpm;
        this.qemu = qemu;
    }

    /** Switches it on; what it says on its serial console goes to a file. */
    static Hardware switchOn(Vm vm, Boot boot, Path console) throws IOException {
        Files.deleteIfExists(vm.file("agent"));
        Files.deleteIfExists(vm.file("tpm-control"));
        HostProcess tpm = boot.tpm() ? startTpm(vm) : null;
        try {
            HostProcess qemu = new HostProcess(command(vm, boot, console), vm.file("qemu.log"));
            qemu.awaitFile(vm.file("agent"));
            return new Hardware(tpm, qemu);
        } catch (IOException e) {
            if (tpm != null) {
                tpm.close();
            }
            throw e;
        }
    }

    private static HostProcess startTpm(Vm vm) throws IOException {
        HostProcess tpm = new HostProcess(
                List.of(
                        "swtpm",
                        "socket",
                        "--tpm2",
                        "--tpmstate",
                        "dir=" + vm.tpmState(),
                        "--ctrl",
                        "type=unixio,path=" + vm.file("tpm-control"),
                        "--flags",
                        "startup-none",
                        "--terminate"),
                vm.file("tpm.log"));
        tpm.awaitFile(vm.file("tpm-control"));
        return tpm;
    }

    private static List<String> command(Vm vm, Boot boot, Path console) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                "qemu-system-x86_64", "-accel", "tcg,thread=single", "-icount", "shift=0,sleep=on", "-cpu", PROCESSOR));
        add(command, "-nodefaults", "-machine", "q35");
        add(command, "-m", "1536", "-smp", "1", "-display", "none", "-no-reboot", "-nic", "none");
        add(command, "-drive", "if=pflash,format=raw,readonly=on,file=" + FIRMWARE);
        add(command, "-drive", "if=pflash,format=raw,file=" + vm.firmwareSettings());
        add(command, "-kernel", vm.image().kernel().toString());
        add(command, "-initrd", vm.image().initrd(boot.changedInitrd()).toString());
        add(command, "-append", (WORDS + " " + boot.words()).strip());
        add(command, "-serial", "file:" + console);
        add(command, "-device", "virtio-serial-pci");
        add(command, "-chardev", "socket,id=agent,server=on,wait=off,path=" + vm.file("agent"));
        add(command, "-device", "virtserialport,chardev=agent,name=agent");
        if (!boot.early().isEmpty()) {
            add(command, "-fw_cfg", "name=opt/org.tpmkeyring.early,file=" + early(vm, boot));
        }
        for (String disk : vm.disks()) {
            add(command, "-drive", "if=none,format=qcow2,cache=unsafe,id=" + disk + ",file=" + vm.disk(disk));
            add(command, "-device", "virtio-blk-pci,drive=" + disk + ",serial=" + disk);
        }
        if (boot.tpm()) {
            add(command, "-chardev", "socket,id=tpm,path=" + vm.file("tpm-control"));
            add(command, "-tpmdev", "emulator,id=tpm0,chardev=tpm", "-device", "tpm-crb,tpmdev=tpm0");
        }
        return command;
    }

    private static Path early(Vm vm, Boot boot) throws IOException {
        return Files.writeString(vm.file("early"), boot.early() + "\n");
    }

    private static void add(List<String> command, String... words) {
        command.addAll(List.of(words));
    }

    /** Waits until it has switched itself off. */
    boolean awaitOff(Duration limit) throws IOException {
        return qemu.awaitEnd(limit);
    }

    boolean isOn() {
        return qemu.isAlive();
    }

    /** Pulls the plug. */
    @Override
    public void close() throws IOException {
        qemu.close();
        if (tpm != null) {
            tpm.awaitEnd(Duration.ofSeconds(5));
            tpm.close();
        }
    }
}
