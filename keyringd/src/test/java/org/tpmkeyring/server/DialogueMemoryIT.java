// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.tpmkeyring.protocol.api.AddProtector;
import org.tpmkeyring.protocol.api.ProtectorInfo;
import org.tpmkeyring.protocol.api.ProtectorType;
import org.tpmkeyring.protocol.wire.Limits;
import org.tpmkeyring.secret.SecretBuffer;
import org.tpmkeyring.service.Handlers;
import org.tpmkeyring.service.SecretDialogue;
import org.tpmkeyring.testing.MemoryWatch;
import org.tpmkeyring.testing.Requires;

/**
 * A secret of another process comes in and goes out again, and the whole memory of this process is searched
 * for it at every step.
 */
@Timeout(120)
final class DialogueMemoryIT {
    private static final Path CLIENT =
            Path.of(System.getProperty("basedir", "."), "..", "tests", "clients", "dialogue.py");

    private static final String CALL = "{\"method\":\"org.tpmkeyring.AddProtector\",\"parameters\":"
            + "{\"vault\":\"v\",\"type\":\"recovery\"},\"upgrade\":true}";

    private final List<Integer> copies = new CopyOnWriteArrayList<>();

    @Test
    void aSecretThatCrossesIsInItsPageAndNowhereElse() throws Exception {
        Requires.root();
        Requires.command("python3");
        try (MemoryWatch scan = new MemoryWatch()) {
            Handlers handlers = new Handlers().add(AddProtector.METHOD, call -> there(scan, call.secrets()));
            try (TestServer server = new TestServer(TestServer.PATIENT, handlers)) {
                Process client = new ProcessBuilder("python3", CLIENT.toString(), server.socket.toString(), CALL)
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
                String said = new String(client.getInputStream().readAllBytes(), UTF_8);
                assertThat(client.waitFor(60, TimeUnit.SECONDS)).isTrue();
                assertThat(said).startsWith("same\n").doesNotContain("error");
            }
            copies.add(scan.copies());
        }
        assertThat(copies).containsExactly(1, 1, 0, 0);
    }

    private AddProtector.Reply there(MemoryWatch scan, SecretDialogue secrets) {
        try {
            try (SecretBuffer secret = secrets.want("key", Limits.SECRET_BYTES)) {
                scan.learn(secret);
                copies.add(scan.copies());
                secrets.offer("recovery-key", secret);
                copies.add(scan.copies());
            }
            copies.add(scan.copies());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new AddProtector.Reply(new ProtectorInfo("r", ProtectorType.RECOVERY, Optional.empty(), 0, false));
    }
}
