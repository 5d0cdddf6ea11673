// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.tpmkeyring.cli.secret.DirectSecret;
import org.tpmkeyring.cli.testing.FakeDaemon;
import org.tpmkeyring.cli.testing.FakeDaemon.Script;
import org.tpmkeyring.cli.testing.FastPatience;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.KeyringException;
import org.tpmkeyring.protocol.api.KeyInfo;
import org.tpmkeyring.protocol.api.ListKeys;
import org.tpmkeyring.protocol.api.Recover;
import org.tpmkeyring.protocol.api.ShowSecret;
import org.tpmkeyring.protocol.api.VaultOutcome;
import org.tpmkeyring.protocol.value.KeyState;
import org.tpmkeyring.protocol.value.TargetType;
import org.tpmkeyring.protocol.wire.RecordCodec;
import org.tpmkeyring.protocol.wire.ReplyMessage;

@Timeout(60)
class DaemonClientTest {
    private static final ListKeys.Request LIST = new ListKeys.Request(Optional.empty(), false, Optional.empty());
    private static final KeyInfo KEY = new KeyInfo(
            "home",
            "default",
            0,
            TargetType.ECRYPTFS,
            KeyState.DELIVERED,
            List.of(),
            List.of(),
            Optional.empty(),
            Optional.empty(),
            9,
            1);

    @TempDir
    Path directory;

    private DaemonClient client(Duration limit, Waiting waiting) {
        return client(limit, waiting, new FastPatience());
    }

    private DaemonClient client(Duration limit, Waiting waiting, FastPatience patience) {
        return new DaemonClient(
                directory.resolve("s"), waiting, limit, new ServiceUnits(directory), patience.patience());
    }

    private DaemonClient client() {
        return client(Duration.ofSeconds(20), Waiting.SILENT);
    }

    private FakeDaemon daemon(Script script) throws IOException {
        return FakeDaemon.at(directory.resolve("s"), script);
    }

    private static ErrorKind kindOf(Throwable failure) {
        return ((KeyringException) failure).kind();
    }

    @Test
    void aReplyLargerThanARequestMayBeIsRead() throws Exception {
        List<KeyInfo> many = new ArrayList<>();
        for (int i = 0; i < 5000; i++) {
            many.add(KEY);
        }
        Map<String, Object> reply = RecordCodec.toTree(new ListKeys.Reply(many));
        try (FakeDaemon daemon = daemon((call, exchange) -> ReplyMessage.success(reply))) {
            assertThat(client().call(ListKeys.METHOD, LIST).keys()).hasSize(5000);
            assertThat(daemon.calls()).hasSize(1);
        }
    }

    @Test
    void aReplyWithoutEndIsGivenUp() throws Exception {
        ByteBuffer blanks = ByteBuffer.wrap(" ".repeat(1 << 20).getBytes(StandardCharsets.US_ASCII));
        try (FakeDaemon daemon = daemon((call, exchange) -> {
            for (int i = 0; i < 8; i++) {
                exchange.write(blanks.rewind());
            }
            return null;
        })) {
            assertThatThrownBy(() -> client().call(ListKeys.METHOD, LIST))
                    .satisfies(e -> assertThat(kindOf(e)).isEqualTo(ErrorKind.BAD_MESSAGE));
            assertThat(daemon.calls()).hasSize(1);
        }
    }

    @Test
    void aDaemonThatAcceptsAndSaysNothingRunsIntoTheDeadline() throws Exception {
        CountDownLatch slow = new CountDownLatch(1);
        CountDownLatch over = new CountDownLatch(1);
        Waiting waiting = new Waiting() {
            @Override
            public void slow() {
                slow.countDown();
            }

            @Override
            public void over() {
                over.countDown();
            }
        };
        try (FakeDaemon daemon = daemon((call, exchange) -> {
            exchange.message();
            return null;
        })) {
            assertThatThrownBy(() -> client(Duration.ofMillis(1500), waiting).call(ListKeys.METHOD, LIST))
                    .satisfies(e -> assertThat(kindOf(e)).isEqualTo(ErrorKind.DEADLINE_EXCEEDED));
            assertThat(daemon.calls()).hasSize(1);
        }
        assertThat(slow.getCount()).isZero();
        assertThat(over.getCount()).isZero();
    }

    @Test
    void aDaemonThatNeverAcceptsRunsIntoTheDeadlineEvenWhenItsQueueIsFull() throws Exception {
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(directory.resolve("s")), 1);
            for (int i = 0; i < 4; i++) {
                assertThatThrownBy(() ->
                                client(Duration.ofMillis(200), Waiting.SILENT).call(ListKeys.METHOD, LIST))
                        .satisfies(e -> assertThat(kindOf(e)).isEqualTo(ErrorKind.DEADLINE_EXCEEDED));
            }
        }
    }

    @Test
    void aSecretThatIsOfferedInTheSameWriteAsItsAnnouncementArrivesWhole() throws Exception {
        byte[] secret = "correct horse".getBytes(StandardCharsets.US_ASCII);
        try (FakeDaemon daemon = daemon((call, exchange) -> {
            exchange.offer("passphrase", secret);
            return ReplyMessage.success(RecordCodec.toTree(new ShowSecret.Reply(KEY)));
        })) {
            Recorder recorder = new Recorder(null);
            client().call(ShowSecret.METHOD, new ShowSecret.Request(Optional.empty(), "home"), recorder);
            assertThat(recorder.offered).isEqualTo("passphrase=correct horse");
            assertThat(recorder.lent.clear().get(0)).as("wiped").isZero();
            assertThat(daemon.calls().get(0).upgrade()).isTrue();
        }
    }

    @Test
    void aSecretThatIsWantedTravelsAsOneFrameAndIsWiped() throws Exception {
        AtomicReference<byte[]> arrived = new AtomicReference<>();
        try (FakeDaemon daemon = daemon((call, exchange) -> {
            arrived.set(exchange.want("recovery-key", 32));
            VaultOutcome outcome = new VaultOutcome(
                    "default", 0, Optional.empty(), List.of(), Optional.empty(), Optional.empty(), Optional.empty());
            return ReplyMessage.success(RecordCodec.toTree(new Recover.Reply(outcome, List.of(), List.of())));
        })) {
            Recorder recorder = new Recorder("sesame");
            client().call(Recover.METHOD, recover(), recorder);
            assertThat(arrived.get()).isEqualTo("sesame".getBytes(StandardCharsets.US_ASCII));
            assertThat(recorder.given.buffer().clear().get(0)).as("wiped").isZero();
            assertThat(daemon.calls()).hasSize(1);
        }
    }

    @Test
    void whoHasNoSecretSendsAnEmptyFrameAndTellsHisOwnReason() throws Exception {
        AtomicReference<byte[]> arrived = new AtomicReference<>();
        CountDownLatch answered = new CountDownLatch(1);
        try (FakeDaemon daemon = daemon((call, exchange) -> {
            arrived.set(exchange.want("recovery-key", 32));
            answered.countDown();
            return null;
        })) {
            assertThatThrownBy(() -> client().call(Recover.METHOD, recover(), new Recorder(null)))
                    .satisfies(e -> assertThat(kindOf(e)).isEqualTo(ErrorKind.BAD_ARGUMENT));
            answered.await();
            assertThat(arrived.get()).isEmpty();
            assertThat(daemon.calls()).hasSize(1);
        }
    }

    @Test
    void aRefusalByADaemonThatHasNoRoomIsReadAlthoughItNeverListened() throws Exception {
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(directory.resolve("s")));
            Thread refusing = new Thread(() -> {
                try (var client = server.accept()) {
                    byte[] json = ReplyMessage.failure(
                                    ErrorKind.TOO_MANY_CONNECTIONS.wireName(), Map.of("who", "uid 7", "limit", "8"))
                            .toJson();
                    client.write(ByteBuffer.allocate(json.length + 1)
                            .put(json)
                            .put((byte) 0)
                            .flip());
                } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            });
            refusing.start();
            assertThatThrownBy(() -> client().call(ListKeys.METHOD, LIST))
                    .satisfies(e -> assertThat(kindOf(e)).isEqualTo(ErrorKind.TOO_MANY_CONNECTIONS));
            refusing.join();
        }
    }

    @Test
    void whyADaemonCannotBeReachedIsToldInWords() throws IOException {
        assertThatThrownBy(() -> client().call(ListKeys.METHOD, LIST)).hasMessageEndingWith("there is no such socket");
        Files.writeString(directory.resolve("s"), "");
        assertThatThrownBy(() -> client().call(ListKeys.METHOD, LIST)).hasMessageEndingWith("this is not a socket");
        Files.delete(directory.resolve("s"));
        Files.createSymbolicLink(directory.resolve("s"), Path.of("nowhere"));
        assertThatThrownBy(() -> client().call(ListKeys.METHOD, LIST))
                .hasMessageEndingWith("it is a link that leads nowhere");
        Files.delete(directory.resolve("s"));
        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(directory.resolve("s")));
        server.close();
        assertThatThrownBy(() -> client().call(ListKeys.METHOD, LIST))
                .hasMessageEndingWith("nobody listens there any more (connection refused)");
    }

    @Test
    void anErrorOfAnotherVersionIsNotTakenForOneOfOurs() throws Exception {
        try (FakeDaemon daemon = daemon((call, exchange) ->
                ReplyMessage.failure("org.varlink.service.MethodNotFound", Map.of("method", call.method())))) {
            assertThatThrownBy(() -> client().call(ListKeys.METHOD, LIST))
                    .hasMessageContaining("org.varlink.service.MethodNotFound")
                    .satisfies(e -> assertThat(kindOf(e)).isEqualTo(ErrorKind.BAD_MESSAGE));
            assertThat(daemon.calls()).hasSize(1);
        }
    }

    @Test
    void aHintOfTheDaemonIsKeptOnlyWhereItSaysMoreThanTheTable() throws Exception {
        AtomicReference<String> hint = new AtomicReference<>("tpm-keyring --help");
        try (FakeDaemon daemon = daemon((call, exchange) -> ReplyMessage.failure(
                ErrorKind.BAD_ARGUMENT.wireName(), Map.of("argument", "x", "reason", "y", "hint", hint.get())))) {
            assertThatThrownBy(() -> client().call(ListKeys.METHOD, LIST))
                    .satisfies(e -> assertThat(((KeyringException) e)
                                    .with("command", "list")
                                    .hint())
                            .isEqualTo("tpm-keyring list --help"));
            hint.set("mount /srv");
            assertThatThrownBy(() -> client().call(ListKeys.METHOD, LIST))
                    .satisfies(e -> assertThat(((KeyringException) e)
                                    .with("command", "list")
                                    .hint())
                            .isEqualTo("mount /srv"));
            assertThat(daemon.calls()).hasSize(2);
        }
    }

    private static Recover.Request recover() {
        return new Recover.Request(Optional.empty(), "default", false, Optional.empty(), false);
    }

    /** Remembers what crossed. */
    private static final class Recorder implements SecretExchange {
        private final DirectSecret given;
        private String offered;
        private ByteBuffer lent;

        Recorder(String answer) {
            given = answer == null ? null : DirectSecret.allocate(64);
            if (given != null) {
                given.buffer().put(answer.getBytes(StandardCharsets.US_ASCII)).flip();
            }
        }

        @Override
        public DirectSecret want(String label, int maxBytes) {
            if (given == null) {
                throw KeyringException.of(ErrorKind.BAD_ARGUMENT)
                        .with("argument", label)
                        .with("reason", "none")
                        .build();
            }
            return given;
        }

        @Override
        public void offer(String label, ByteBuffer secret) {
            lent = secret;
            offered = label + "=" + StandardCharsets.US_ASCII.decode(secret.duplicate());
        }
    }
}
