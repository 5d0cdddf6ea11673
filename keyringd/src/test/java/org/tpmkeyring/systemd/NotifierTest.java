// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.systemd;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.tpmkeyring.testing.Requires;

/** Against a service manager of a few lines of Python, which shares no code with the sender. */
@Timeout(30)
final class NotifierTest {
    private static final String MANAGER = """
            import socket, sys
            name = sys.argv[1]
            s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
            s.bind("\\0" + name[1:] if name.startswith("@") else name)
            print("bound", flush=True)
            print(s.recv(100).decode(), s.recv(100).decode(), flush=True)
            """;

    private static void assertBothArrive(String address) throws IOException {
        Requires.command("python3");
        Process manager = new ProcessBuilder("python3", "-c", MANAGER, address)
                .redirectErrorStream(true)
                .start();
        try (BufferedReader said = manager.inputReader(UTF_8)) {
            assertThat(said.readLine()).isEqualTo("bound");
            Notifier notifier = Notifier.of(Map.of("NOTIFY_SOCKET", address));
            notifier.ready();
            notifier.stopping();
            assertThat(said.readLine()).isEqualTo("READY=1 STOPPING=1");
        } finally {
            manager.destroy();
        }
    }

    @Test
    void aPathIsTold(@TempDir Path directory) throws IOException {
        assertBothArrive(directory.resolve("notify").toString());
    }

    @Test
    void anAbstractNameIsTold() throws IOException {
        assertBothArrive("@tpm-keyring-test-" + UUID.randomUUID());
    }

    @Test
    void withoutAManagerNothingHappens(@TempDir Path directory) {
        Notifier.of(Map.of()).ready();
        Notifier.of(Map.of("NOTIFY_SOCKET", "")).ready();
        Notifier.of(Map.of("NOTIFY_SOCKET", directory.resolve("nobody").toString()))
                .stopping();
        assertThat(directory).isEmptyDirectory();
    }
}
