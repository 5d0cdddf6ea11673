// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tpmkeyring.protocol.api.AddKey;
import org.tpmkeyring.protocol.wire.ReplyMessage;

/** Messages that are cut, endless, huge or none at all do no harm. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class Show10BadMessagesIT {
    private Machine machine;
    private StateOnDisk state;

    @BeforeAll
    void start() throws IOException {
        machine = Machine.start();
        machine.cli().makeVault(machine.file("recovery")).ok();
    }

    @BeforeEach
    void look() throws IOException {
        state = new StateOnDisk(machine);
    }

    @AfterAll
    void stop() throws IOException {
        machine.close();
    }

    @Test
    void halfAMessageHarmsNobody() throws IOException {
        try (RawConnection connection = new RawConnection(machine.socket())) {
            connection.send("{\"method\":\"org.tpmkeyring.Sta".getBytes(StandardCharsets.UTF_8));
        }
        machine.cli().run("status").ok();
        state.assertUnchanged();
    }

    @Test
    void aMessageWithoutEndIsCutOffAtTheLimit() throws IOException {
        try (RawConnection connection = new RawConnection(machine.socket())) {
            byte[] chunk = " ".repeat(16 * 1024).getBytes(StandardCharsets.UTF_8);
            assertThatThrownBy(() -> {
                        for (int i = 0; i < 4096; i++) {
                            connection.send(chunk);
                        }
                    })
                    .isInstanceOf(IOException.class);
        }
        machine.cli().run("status").ok();
        state.assertUnchanged();
    }

    @Test
    void aSecretFrameOfFourGibibytesIsRefused() throws IOException {
        try (RawConnection connection = new RawConnection(machine.socket())) {
            ReplyMessage wanted = connection.call(
                    AddKey.METHOD.qualifiedName(), Map.of("name", machine.unique("k"), "target", "user"), true);
            assertThat(wanted.continues()).isTrue();
            connection.send(ByteBuffer.allocate(4).putInt(-1).array());
            assertThat(connection.reply().error()).isPresent();
            assertThat(connection.isEndedByDaemon()).isTrue();
        }
        state.assertUnchanged();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "[]",
                "{}",
                "{\"method\":7}",
                "{\"method\":\"org.tpmkeyring.Status\",\"parameters\":[]}",
                "{\"method\":\"org.tpmkeyring.Status\",\"unknown\":1}",
                "{\"method\":\"org.tpmkeyring.Status\",\"method\":\"org.tpmkeyring.Status\"}",
                "{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":1}}}}}}}}}"
            })
    void aMessageThatIsNoCallIsAnsweredWithAnErrorOrTheEnd(String json) throws IOException {
        try (RawConnection connection = new RawConnection(machine.socket())) {
            connection.sendMessage(json);
            try {
                assertThat(connection.reply().error()).isPresent();
            } catch (IOException e) {
                assertThat(connection.isEndedByDaemon()).isTrue();
            }
        }
        machine.cli().run("status").ok();
        state.assertUnchanged();
    }
}
