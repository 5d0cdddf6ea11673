// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.tests;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.tpmkeyring.testing.Swtpm;

/**
 * A machine of a test's own: a software TPM whose PCRs 7 and 14 were measured into, a state directory and a
 * daemon. Root's user keyring is the real one, so keys in it need names of their own: {@link #unique}.
 */
final class Machine implements AutoCloseable {
    private static final int SECURE_BOOT = 7;
    private static final int BOOT_LOADER_KEYS = 14;

    private final Swtpm tpm;
    private final Path home;
    private DaemonProcess daemon;

    private Machine(Swtpm tpm, Path home) {
        this.tpm = tpm;
        this.home = home;
    }

    /** A fresh one with its daemon running. */
    static Machine start() throws IOException {
        Machine machine = withoutDaemon();
        try {
            machine.startDaemon();
            return machine;
        } catch (IOException e) {
            machine.close();
            throw e;
        }
    }

    static Machine withoutDaemon() throws IOException {
        Machine machine = new Machine(Swtpm.fresh(), Folder.fresh("machine-"));
        machine.measure();
        Files.createDirectory(
                machine.state(), PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        return machine;
    }

    private void measure() throws IOException {
        tpm.extend(SECURE_BOOT, 1);
        tpm.extend(BOOT_LOADER_KEYS, 2);
    }

    /** Power cycle of the TPM, with the measurements of the first boot. */
    void reboot() throws IOException {
        tpm.stop();
        tpm.start();
        measure();
    }

    DaemonProcess startDaemon() throws IOException {
        return startDaemon(List.of(), "");
    }

    DaemonProcess startDaemon(List<String> wrapper, String javaFlags) throws IOException {
        daemon = DaemonProcess.start(tpm.tcti(), home, wrapper, javaFlags);
        return daemon;
    }

    /** The same with something in front of its TPM. */
    DaemonProcess startDaemon(String tcti) throws IOException {
        daemon = DaemonProcess.start(tcti, home, List.of(), "");
        return daemon;
    }

    DaemonProcess daemon() {
        return daemon;
    }

    Swtpm tpm() {
        return tpm;
    }

    /** Directory of the vault files. */
    Path state() {
        return home.resolve("state");
    }

    /** A file beside the state directory that does not exist yet. */
    Path file(String name) {
        return home.resolve(name);
    }

    /** Where the daemon listens, whether it runs or not. */
    Path socket() {
        return home.resolve("socket");
    }

    /** Root's command line. */
    Cli cli() {
        return as(0);
    }

    /** Another user's command line. */
    Cli as(long uid) {
        return new Cli(socket(), uid);
    }

    /** A name that no other test has, now or later. */
    String unique(String name) {
        return name + "-" + home.getFileName().toString().substring("machine-".length());
    }

    /** Takes the keys out of the kernel, stops daemon and TPM, forgets everything. */
    @Override
    public void close() throws IOException {
        if (daemon != null && daemon.isAlive()) {
            cli().run("lock", "--all");
            daemon.close();
        }
        tpm.close();
        Folder.delete(home);
    }
}
