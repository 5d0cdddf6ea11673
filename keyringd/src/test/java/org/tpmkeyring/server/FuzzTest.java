// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.tpmkeyring.protocol.api.AddKey;

/** Whatever is sent, the server goes on serving and leaves no thread behind. */
final class FuzzTest {
    private static final ServerLimits IMPATIENT =
            new ServerLimits(8, 64, 16, Duration.ofSeconds(5), Duration.ofMillis(500), Duration.ofMillis(500));

    private static TestServer server;

    @BeforeContainer
    static void start() throws IOException {
        server = new TestServer(IMPATIENT, TestServer.handlers().add(AddKey.METHOD, call -> {
            call.secrets().want("key", 64).close();
            throw new IllegalStateException("as far as it goes");
        }));
    }

    @AfterContainer
    static void stop() throws IOException {
        server.close();
        assertThat(TestServer.workers()).isEmpty();
    }

    @Provide
    Arbitrary<List<byte[]>> streams() {
        Arbitrary<byte[]> noise = Arbitraries.bytes().array(byte[].class).ofMaxSize(300);
        Arbitrary<byte[]> pieces = Arbitraries.of(
                        "{\"method\":\"org.tpmkeyring.Status\"}\0",
                        "{\"method\":\"org.tpmkeyring.AddKey\",\"parameters\":{\"name\":\"a\",\"target\":\"user\"},"
                                + "\"upgrade\":true}\0",
                        "\0\0\0\1x",
                        "{\"method\":\"org.varlink.service.GetInfo\"}\0",
                        "{\"method\":\"org.tpmkeyring.TpmInfo\",\"oneway\":true}\0",
                        "{\"method\":",
                        "\0")
                .map(text -> text.getBytes(UTF_8));
        return Arbitraries.oneOf(noise, pieces).list().ofMaxSize(6);
    }

    @Property(tries = 300)
    void theServerOutlivesEveryStream(@ForAll("streams") List<byte[]> stream, @ForAll boolean halfClose)
            throws Exception {
        try (TestClient client = server.connect()) {
            for (byte[] part : stream) {
                client.sendBytes(part);
            }
            if (halfClose) {
                client.endOutput();
            }
        } catch (IOException closedByServer) {
            assertThat(closedByServer).hasMessageMatching(".*(reset|Broken pipe).*");
        }
        for (Thread worker : TestServer.workers()) {
            worker.join(5_000);
            assertThat(worker.isAlive()).isFalse();
        }
        try (TestClient next = server.connect()) {
            assertThat(next.call(TestServer.STATUS).error()).isEmpty();
        }
    }
}
