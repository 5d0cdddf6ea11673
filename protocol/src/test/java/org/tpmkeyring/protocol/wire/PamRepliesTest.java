// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.protocol.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** {@code tests/vectors/pam-replies.json}, which the reader of the PAM module is tried with, too. */
final class PamRepliesTest {
    private static final Path VECTORS = Path.of("../tests/vectors/pam-replies.json");

    @TestFactory
    Stream<DynamicTest> theCodecReadsWhatTheModuleReads() throws IOException, MalformedMessageException {
        List<?> vectors = (List<?>) Json.parse(Files.readAllBytes(VECTORS)).get("vectors");
        assertThat(vectors).hasSizeGreaterThan(100);
        return vectors.stream()
                .map(vector -> (Map<?, ?>) vector)
                .map(vector -> DynamicTest.dynamicTest((String) vector.get("name"), () -> tryOne(vector)));
    }

    private static void tryOne(Map<?, ?> vector) throws MalformedMessageException {
        byte[] message = vector.get("hex") instanceof String hex
                ? HexFormat.of().parseHex(hex)
                : ((String) vector.get("text")).getBytes(UTF_8);
        if (vector.containsKey("refused") || vector.containsKey("codec")) {
            assertThatThrownBy(() -> ReplyMessage.parse(message)).isInstanceOf(MalformedMessageException.class);
            return;
        }
        Map<?, ?> expected = (Map<?, ?>) vector.get("reply");
        ReplyMessage reply = ReplyMessage.parse(message);
        assertThat(reply.error()).isEqualTo(Optional.ofNullable((String) expected.get("error")));
        assertThat(reply.continues()).isEqualTo(expected.containsKey("continues"));
        if (expected.get("has") instanceof Map<?, ?> has) {
            has.forEach((name, value) -> assertThat(reply.parameters()).containsEntry((String) name, value));
        }
    }
}
