// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import org.tpmkeyring.protocol.api.AddKey;
import org.tpmkeyring.protocol.wire.Json;
import org.tpmkeyring.protocol.wire.ReplyMessage;

/** Replays {@code tests/vectors/wire.json} against a real socket. */
@Timeout(60)
final class WireVectorsTest {
    private static final Path VECTORS =
            Path.of(System.getProperty("basedir", "."), "..", "tests", "vectors", "wire.json");

    @TestFactory
    Stream<DynamicTest> everyVectorHasItsVerdict() throws Exception {
        List<?> vectors = (List<?>) Json.parse(Files.readAllBytes(VECTORS)).get("vectors");
        assertThat(vectors).hasSizeGreaterThan(30);
        return vectors.stream()
                .map(v -> (Map<?, ?>) v)
                .map(v -> DynamicTest.dynamicTest((String) v.get("name"), () -> {
                    try (TestServer server = new TestServer(
                                    TestServer.PATIENT, TestServer.handlers().add(AddKey.METHOD, call -> {
                                        call.secrets().want("key", 64).close();
                                        throw new AssertionError("no vector gets this far");
                                    }));
                            TestClient client = server.connect()) {
                        replay(v, client);
                    }
                }));
    }

    private static void replay(Map<?, ?> vector, TestClient client) throws Exception {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (Object part : (List<?>) vector.get("send")) {
            all.writeBytes(bytes((Map<?, ?>) part));
            if (!Boolean.TRUE.equals(vector.get("together"))) {
                client.sendBytes(all.toByteArray());
                all.reset();
            }
        }
        client.sendBytes(all.toByteArray());
        if (Boolean.TRUE.equals(vector.get("end"))) {
            client.endOutput();
        }
        for (Object expected : (List<?>) vector.get("replies")) {
            check((Map<?, ?>) expected, client.read());
        }
        if (vector.get("then").equals("closed")) {
            assertThat(client.isClosedByServer()).isTrue();
        } else {
            assertThat(client.call(TestServer.STATUS).error()).isEmpty();
        }
    }

    private static void check(Map<?, ?> expected, ReplyMessage reply) {
        assertThat(reply.error().orElse("success"))
                .isEqualTo(expected.get("error") == null ? "success" : expected.get("error"));
        assertThat(reply.continues()).isFalse();
        if (expected.get("has") instanceof Map<?, ?> parameters) {
            parameters.forEach((name, value) -> assertThat(reply.parameters()).containsEntry((String) name, value));
        }
        assertThat(reply.parameters().toString()).doesNotContain("internal").doesNotContain("Exception");
    }

    private static byte[] bytes(Map<?, ?> part) {
        int times = part.get("times") instanceof Long number ? number.intValue() : 1;
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int i = 0; i < times; i++) {
            if (part.get("hex") instanceof String hex) {
                bytes.writeBytes(HexFormat.of().parseHex(hex));
            } else if (part.get("text") instanceof String text) {
                bytes.writeBytes(text.getBytes(UTF_8));
            } else {
                bytes.writeBytes((part.get("message") + "\0").getBytes(UTF_8));
            }
        }
        return bytes.toByteArray();
    }
}
