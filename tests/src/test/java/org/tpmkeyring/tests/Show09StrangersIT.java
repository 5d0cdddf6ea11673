// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.tpmkeyring.testing.Requires;

/** The daemon, spoken to by programs that are not ours. */
class Show09StrangersIT {
    private Machine machine;

    @BeforeEach
    void start() throws IOException {
        machine = Machine.start();
        machine.cli().makeVault(machine.file("recovery")).ok();
    }

    @AfterEach
    void stop() throws IOException {
        machine.close();
    }

    @Test
    void twentyLinesOfPythonAreAClient() throws IOException {
        Requires.command("python3");
        Outcome client = Program.of("python3", "-", machine.socket().toString())
                .input(getClass().getResourceAsStream("client.py").readAllBytes())
                .run()
                .ok();

        assertThat(client.text())
                .contains("org.tpmkeyring")
                .contains("interface org.tpmkeyring")
                .contains("tpmDevice: swtpm:path=")
                .contains("vaults: ['default']")
                .contains("error: org.tpmkeyring.NoSuchVault")
                .contains("error: org.varlink.service.MethodNotFound");
    }

    @Test
    void varlinkctlOfDebian13IsAClient() throws IOException {
        Requires.root();
        try (Debian13 debian = Debian13.withSocket(machine.socket())) {
            assertThat(debian.run("varlinkctl", "info", Debian13.SOCKET).ok().text())
                    .contains("org.tpmkeyring");
            assertThat(debian.run("varlinkctl", "introspect", Debian13.SOCKET, "org.tpmkeyring")
                            .ok()
                            .text())
                    .contains("method Status(");
            assertThat(debian.run("varlinkctl", "call", "--json=short", Debian13.SOCKET, "org.tpmkeyring.Status", "{}")
                            .ok()
                            .text())
                    .contains("\"softwareTpm\":true");
            Outcome refused = debian.run(
                    "varlinkctl", "call", Debian13.SOCKET, "org.tpmkeyring.Explain", "{\"vault\":\"nowhere\"}");
            assertThat(refused.status()).isNotZero();
            assertThat(refused.errors()).contains("org.tpmkeyring.NoSuchVault");
        }
    }

    /** A small Debian 13, made once and kept in the user's cache; used with the daemon's socket mounted into it. */
    private static final class Debian13 implements AutoCloseable {
        static final String SOCKET = "/run/keyringd/socket";

        private static final Path ARCHIVE =
                Path.of(System.getProperty("user.home"), ".cache", "tpm-keyring", "debian-13-systemd.tar");

        private final Path root;
        private final Path socketFolder;

        private Debian13(Path root, Path socketFolder) {
            this.root = root;
            this.socketFolder = socketFolder;
        }

        static Debian13 withSocket(Path socket) throws IOException {
            Requires.command("mmdebstrap");
            if (Files.notExists(ARCHIVE)) {
                Files.createDirectories(ARCHIVE.getParent());
                Path made =
                        ARCHIVE.resolveSibling("new-" + ProcessHandle.current().pid() + ".tar");
                Program.of("mmdebstrap", "--quiet", "--variant=minbase", "--include=systemd", "trixie", made.toString())
                        .run()
                        .ok();
                Files.move(made, ARCHIVE, StandardCopyOption.ATOMIC_MOVE);
            }
            Path root = Folder.fresh("debian13-");
            Program.of("tar", "-xf", ARCHIVE.toString(), "-C", root.toString())
                    .run()
                    .ok();
            Files.createDirectories(root.resolve("run/keyringd"));
            return new Debian13(root, socket.getParent());
        }

        /** Runs a program of that Debian, in a mount namespace of its own. */
        Outcome run(String... command) throws IOException {
            return Program.of(
                            "unshare",
                            "--mount",
                            "--propagation=private",
                            "sh",
                            "-c",
                            "set -e; root=$1; mount --bind \"$2\" \"$root/run/keyringd\"; mount -t proc proc"
                                    + " \"$root/proc\"; shift 2; exec chroot \"$root\" \"$@\"",
                            "sh",
                            root.toString(),
                            socketFolder.toString())
                    .with(command)
                    .run();
        }

        @Override
        public void close() throws IOException {
            Program.of("rm", "-rf", "--one-file-system", root.toString()).run().ok();
        }
    }
}
