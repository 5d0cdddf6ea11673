// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.tpmkeyring.testing.Requires;

/** Other users do what they can to keep root out. */
@Timeout(120)
final class FloodIT {
    private static final Path CLIENTS = Path.of(System.getProperty("basedir", "."), "..", "tests", "clients");
    private static final int FIRST_UID = 64_321;

    @TempDir
    Path directory;

    private final List<Process> flooders = new ArrayList<>();
    private Path script;

    /** The source tree may be closed to other users; a copy is not. */
    @BeforeEach
    void publishTheScript() throws IOException {
        Requires.root();
        Requires.command("setpriv");
        Requires.command("python3");
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        script = Files.copy(CLIENTS.resolve("flood.py"), directory.resolve("flood.py"));
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rw-r--r--"));
    }

    @AfterEach
    void endFlood() throws Exception {
        for (Process flooder : flooders) {
            flooder.getOutputStream().close();
            flooder.waitFor(10, TimeUnit.SECONDS);
            flooder.destroyForcibly();
        }
    }

    /** Starts one user's flood and waits for his first refusal. */
    private String flood(TestServer server, int uid) throws IOException {
        Process flooder = new ProcessBuilder(
                        "setpriv",
                        "--reuid=" + uid,
                        "--regid=" + uid,
                        "--clear-groups",
                        "/usr/bin/env",
                        "-i",
                        "PATH=/usr/bin:/bin",
                        "python3",
                        script.toString(),
                        server.socket.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        flooders.add(flooder);
        BufferedReader said = flooder.inputReader(UTF_8);
        return said.readLine();
    }

    @Test
    void rootIsServedWhileOthersFillEveryLaneAndKnockOn() throws Exception {
        try (TestServer server = new TestServer(TestServer.PATIENT, TestServer.handlers())) {
            for (int i = 0; i < 8; i++) {
                int uid = FIRST_UID + i;
                assertThat(flood(server, uid))
                        .isEqualTo(
                                "8 org.tpmkeyring.TooManyConnections uid " + uid + " already has 8 connections open");
            }
            assertThat(flood(server, FIRST_UID + 8))
                    .isEqualTo("0 org.tpmkeyring.TooManyConnections everybody but root together"
                            + " already has 64 connections open");
            for (int i = 0; i < 20; i++) {
                long start = System.nanoTime();
                try (TestClient root = server.connect()) {
                    assertThat(root.call(TestServer.STATUS).error()).isEmpty();
                }
                assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(2));
            }
            assertThat(TestServer.workers()).hasSizeBetween(64, 64 + 16);
        }
    }
}
