// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.daemon;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import jnr.unixsocket.UnixDatagramChannel;
import jnr.unixsocket.UnixSocketAddress;
import jnr.unixsocket.UnixSocketOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.tpmkeyring.systemd.Notifier;

@Timeout(30)
final class WatchdogTest {
    private static final String ALIVE = "WATCHDOG=1\nSTATUS=fine";

    @TempDir
    Path directory;

    private static String next(UnixDatagramChannel manager, int millis) throws IOException {
        manager.setOption(UnixSocketOptions.SO_RCVTIMEO, millis);
        ByteBuffer datagram = ByteBuffer.allocate(500);
        try {
            if (manager.receive(datagram) == null) {
                return "";
            }
        } catch (IOException nothingCame) {
            return "";
        }
        return new String(datagram.array(), 0, datagram.position(), UTF_8);
    }

    @Test
    void lifeIsToldUntilAThreadHangsAndAgainWhenItGoesOn() throws Exception {
        Path socket = directory.resolve("n");
        AtomicReference<Duration> silence = new AtomicReference<>(Duration.ofMillis(390));
        Notifier notifier = Notifier.of(Map.of("NOTIFY_SOCKET", socket.toString(), "WATCHDOG_USEC", "400000"), 1);
        try (UnixDatagramChannel manager = UnixDatagramChannel.open().bind(new UnixSocketAddress(socket.toString()));
                Watchdog watchdog = Watchdog.start(
                                notifier,
                                Map.of("TPM thread", silence::get, "keyring thread", () -> Duration.ZERO),
                                () -> "fine")
                        .orElseThrow()) {
            assertThat(watchdog).isNotNull();
            for (int i = 0; i < 4; i++) {
                assertThat(next(manager, 1000)).isEqualTo(ALIVE);
            }
            silence.set(Duration.ofMillis(400));
            String first = next(manager, 1000);
            String second = next(manager, 1000);
            assertThat(first).isIn(ALIVE, second);
            assertThat(second).isEqualTo("STATUS=the TPM thread has not answered for 0 s");
            silence.set(Duration.ZERO);
            String third = next(manager, 1000);
            assertThat(third).isIn(ALIVE, second);
            assertThat(next(manager, 1000)).isEqualTo(ALIVE);
        }
    }

    @Test
    void withoutAWatchdogThereIsNone() {
        Notifier notifier = Notifier.of(Map.of("NOTIFY_SOCKET", "/nobody"), 1);
        assertThat(Watchdog.start(notifier, Map.of(), () -> "")).isEmpty();
    }
}
