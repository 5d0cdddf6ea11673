// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.systemd;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
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
            for _ in range(5):
                print(s.recv(200).decode().replace("\\n", "|"), flush=True)
            """;

    private static final long ME = 4711;

    private static void assertAllArrive(String address) throws IOException {
        Requires.command("python3");
        Process manager = new ProcessBuilder("python3", "-c", MANAGER, address)
                .redirectErrorStream(true)
                .start();
        try (BufferedReader said = manager.inputReader(UTF_8)) {
            assertThat(said.readLine()).isEqualTo("bound");
            Notifier notifier = Notifier.of(Map.of("NOTIFY_SOCKET", address), ME);
            notifier.ready("TPM answers");
            notifier.alive("caf\u00e9\nREADY=1");
            notifier.status("a thread hangs");
            notifier.stopping();
            notifier.failed(16, "no vaults");
            assertThat(said.lines())
                    .containsExactly(
                            "READY=1|STATUS=TPM answers",
                            "WATCHDOG=1|STATUS=caf\u00e9 READY=1",
                            "STATUS=a thread hangs",
                            "STOPPING=1|STATUS=stopping",
                            "ERRNO=16|STATUS=no vaults");
        } finally {
            manager.destroy();
        }
    }

    @Test
    void aPathIsTold(@TempDir Path directory) throws IOException {
        assertAllArrive(directory.resolve("notify").toString());
    }

    @Test
    void anAbstractNameIsTold() throws IOException {
        assertAllArrive("@tpm-keyring-test-" + UUID.randomUUID());
    }

    @Test
    void withoutAManagerNothingHappens(@TempDir Path directory) {
        Notifier.of(Map.of(), ME).ready("");
        Notifier.of(Map.of("NOTIFY_SOCKET", ""), ME).ready("");
        Notifier.of(Map.of("NOTIFY_SOCKET", directory.resolve("nobody").toString()), ME)
                .stopping();
        assertThat(directory).isEmptyDirectory();
    }

    private static Optional<Duration> watchdog(String... variables) {
        Map<String, String> environment = new HashMap<>(Map.of("NOTIFY_SOCKET", "/nobody"));
        for (String variable : variables) {
            String[] parts = variable.split("=", 2);
            environment.put(parts[0], parts[1]);
        }
        return Notifier.of(environment, ME).watchdog();
    }

    @Test
    void theWatchdogIsForThisProcessOrForNobody() {
        assertThat(watchdog("WATCHDOG_USEC=60000000")).contains(Duration.ofMinutes(1));
        assertThat(watchdog("WATCHDOG_USEC=60000000", "WATCHDOG_PID=4711")).contains(Duration.ofMinutes(1));
        assertThat(watchdog("WATCHDOG_USEC=60000000", "WATCHDOG_PID=4712")).isEmpty();
        assertThat(watchdog()).isEmpty();
        assertThat(Notifier.of(Map.of("WATCHDOG_USEC", "1000000"), ME).watchdog())
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0", "-1", "x", "99999999999999999999"})
    void aWatchdogTimeThatIsNoneIsNone(String micros) {
        assertThat(watchdog("WATCHDOG_USEC=" + micros)).isEmpty();
    }
}
