// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.KeyringException;
import org.tpmkeyring.protocol.api.ListKeys;
import org.tpmkeyring.protocol.api.Status;
import org.tpmkeyring.protocol.api.TpmState;
import org.tpmkeyring.protocol.wire.Limits;
import org.tpmkeyring.protocol.wire.ReplyMessage;
import org.tpmkeyring.service.Handlers;

/** Deadlines, caps and the stop, against a real socket. */
@Timeout(60)
final class SocketServerTest {
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final Duration SHORT = Duration.ofMillis(300);

    private static ServerLimits limits(int connections, Duration idle, Duration message) {
        return new ServerLimits(connections, 64, connections, idle, message, LONG);
    }

    @Test
    void aClientThatDripsIsCutOffAtTheDeadlineOfTheWholeMessage() throws Exception {
        try (TestServer server = new TestServer(limits(8, LONG, SHORT), TestServer.handlers());
                TestClient client = server.connect()) {
            long start = System.nanoTime();
            CountDownLatch answered = new CountDownLatch(1);
            Thread dripper = new Thread(() -> drip(client, answered), "dripper");
            dripper.start();
            ReplyMessage reply = client.read();
            long tookMillis = (System.nanoTime() - start) / 1_000_000;
            answered.countDown();
            dripper.join();
            assertThat(reply.error()).contains("org.tpmkeyring.BadMessage");
            assertThat(reply.parameters().get("message").toString()).endsWith("did not arrive whole within 300 ms");
            assertThat(tookMillis).isBetween(290L, 5_000L);
            assertThat(client.isClosedByServer()).isTrue();
        }
    }

    /** A byte every 50 ms: each of them comes in time, the message does not. */
    private static void drip(TestClient client, CountDownLatch answered) {
        try {
            while (!answered.await(50, TimeUnit.MILLISECONDS)) {
                client.sendBytes((byte) ' ');
            }
        } catch (IOException | InterruptedException e) {
            assertThat(answered.getCount()).isLessThanOrEqualTo(1);
        }
    }

    @Test
    void aClientThatBeginsNothingIsClosedInSilenceAfterTheIdleTime() throws Exception {
        try (TestServer server = new TestServer(limits(8, SHORT, LONG), TestServer.handlers());
                TestClient client = server.connect()) {
            assertThat(client.call(TestServer.STATUS).error()).isEmpty();
            assertThat(client.isClosedByServer()).isTrue();
        }
    }

    @Test
    void aClientThatTakesNoReplyLosesItsConnectionAndHoldsNobodyUp() throws Exception {
        CountDownLatch answering = new CountDownLatch(1);
        Handlers handlers = TestServer.handlers().add(ListKeys.METHOD, call -> {
            answering.countDown();
            throw KeyringException.of(ErrorKind.NO_SUCH_KEY)
                    .with("name", "x".repeat(1024 * 1024))
                    .build();
        });
        try (TestServer server = new TestServer(limits(8, LONG, SHORT), handlers);
                TestClient deaf = server.connect()) {
            deaf.send("{\"method\":\"org.tpmkeyring.ListKeys\"}");
            answering.await();
            awaitNoWorkers();
            assertThatThrownBy(deaf::readText).isInstanceOf(IOException.class);
            try (TestClient next = server.connect()) {
                assertThat(next.call(TestServer.STATUS).error()).isEmpty();
            }
        }
    }

    private static void awaitNoWorkers() throws InterruptedException {
        for (Thread worker : TestServer.workers()) {
            worker.join(10_000);
        }
        assertThat(TestServer.workers()).isEmpty();
    }

    @Test
    void statusAnswersWhileAnotherCallWaits() throws Exception {
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        Handlers handlers = TestServer.handlers().add(ListKeys.METHOD, call -> {
            entered.countDown();
            awaitQuietly(go);
            return new ListKeys.Reply(List.of());
        });
        try (TestServer server = new TestServer(TestServer.PATIENT, handlers);
                TestClient slow = server.connect();
                TestClient quick = server.connect()) {
            slow.send("{\"method\":\"org.tpmkeyring.ListKeys\"}");
            entered.await();
            assertThat(quick.call(TestServer.STATUS).parameters()).containsEntry("version", "1.2.3");
            go.countDown();
            assertThat(slow.read().parameters()).containsEntry("keys", List.of());
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void oneConnectionTooManyIsToldSoAndClosedAndThereIsRoomAgainLater() throws Exception {
        List<TestClient> clients = new ArrayList<>();
        try (TestServer server = new TestServer(limits(3, LONG, LONG), TestServer.handlers())) {
            for (int i = 0; i < 3; i++) {
                clients.add(server.connect());
                assertThat(clients.get(i).call(TestServer.STATUS).error()).isEmpty();
            }
            try (TestClient fourth = server.connect()) {
                ReplyMessage reply = fourth.read();
                assertThat(reply.error()).contains("org.tpmkeyring.TooManyConnections");
                assertThat(reply.parameters().get("message").toString())
                        .matches("uid \\d+ already has 3 connections open");
                assertThat(fourth.isClosedByServer()).isTrue();
            }
            assertThat(server.log.lines).anyMatch(line -> line.contains("turned away: refused TooManyConnections"));
            clients.remove(0).close();
            assertThat(firstAnswerAfterRoomIsMade(server)).isEmpty();
        } finally {
            for (TestClient client : clients) {
                client.close();
            }
        }
    }

    /** The server notices a closed connection in its own time: the next one may come too early. */
    private static Optional<String> firstAnswerAfterRoomIsMade(TestServer server) throws Exception {
        Optional<String> error = Optional.of("never asked");
        for (int i = 0; i < 1000 && error.isPresent(); i++) {
            try (TestClient next = server.connect()) {
                next.send(TestServer.STATUS);
                error = next.read().error();
            } catch (IOException closedWhileSending) {
                error = Optional.of(closedWhileSending.toString());
            }
        }
        return error;
    }

    @Test
    void aReplyBeyondTheLimitIsRefusedInWords() throws Exception {
        String big = "x".repeat(Limits.REPLY_BYTES);
        Handlers handlers = new Handlers()
                .add(
                        Status.METHOD,
                        call -> new Status.Reply(
                                big,
                                1,
                                "",
                                true,
                                TpmState.READY,
                                "",
                                "",
                                TestServer.DOOR,
                                List.of(),
                                List.of(),
                                List.of(),
                                List.of()));
        try (TestServer server = new TestServer(TestServer.PATIENT, handlers);
                TestClient client = server.connect()) {
            ReplyMessage reply = client.call(TestServer.STATUS);
            assertThat(reply.error()).contains("org.tpmkeyring.NotSupported");
        }
    }

    @Test
    void stopAnswersTheCallUnderWayAndClosesTheIdle() throws Exception {
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        Handlers handlers = TestServer.handlers().add(ListKeys.METHOD, call -> {
            entered.countDown();
            awaitQuietly(go);
            return new ListKeys.Reply(List.of());
        });
        ExecutorService stopper = Executors.newSingleThreadExecutor();
        try (TestServer server = new TestServer(TestServer.PATIENT, handlers);
                TestClient busy = server.connect();
                TestClient idle = server.connect()) {
            assertThat(idle.call(TestServer.STATUS).error()).isEmpty();
            busy.send("{\"method\":\"org.tpmkeyring.ListKeys\"}");
            entered.await();
            Future<?> stop = stopper.submit(() -> server.stop(LONG));
            assertThat(idle.isClosedByServer()).isTrue();
            assertThat(server.socket).doesNotExist();
            assertThatThrownBy(server::connect).isInstanceOf(IOException.class);
            go.countDown();
            assertThat(busy.read().parameters()).containsEntry("keys", List.of());
            assertThat(busy.isClosedByServer()).isTrue();
            stop.get(10, TimeUnit.SECONDS);
            awaitNoWorkers();
        } finally {
            stopper.shutdownNow();
        }
    }

    @Test
    void stopDoesNotWaitLongerThanItsGraceForACallThatHangs() throws Exception {
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        Handlers handlers = TestServer.handlers().add(ListKeys.METHOD, call -> {
            entered.countDown();
            awaitQuietly(go);
            return new ListKeys.Reply(List.of());
        });
        try (TestServer server = new TestServer(TestServer.PATIENT, handlers);
                TestClient hanging = server.connect()) {
            hanging.send("{\"method\":\"org.tpmkeyring.ListKeys\"}");
            entered.await();
            long start = System.nanoTime();
            server.stop(SHORT);
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isBetween(SHORT, Duration.ofSeconds(4));
            assertThat(hanging.isClosedByServer()).isTrue();
            go.countDown();
        }
    }

    @Test
    void theHandlerLearnsWhoCallsFromTheKernel() throws Exception {
        AtomicReference<Long> seen = new AtomicReference<>();
        Handlers handlers = new Handlers().add(Status.METHOD, call -> {
            seen.set(call.peerUid());
            assertThat(call.owner()).isEqualTo(call.peerUid());
            return TestServer.status();
        });
        try (TestServer server = new TestServer(TestServer.PATIENT, handlers);
                TestClient client = server.connect()) {
            assertThat(client.call(TestServer.STATUS).error()).isEmpty();
            int uid = (Integer) Files.getAttribute(java.nio.file.Path.of("/proc/self"), "unix:uid");
            assertThat(seen.get()).isEqualTo(Integer.toUnsignedLong(uid));
        }
    }

    @Test
    void introspectionTellsTheDefinitionThatTheClientNeeds() throws Exception {
        try (TestServer server = new TestServer(TestServer.PATIENT, TestServer.handlers());
                TestClient client = server.connect()) {
            for (String name : List.of("org.tpmkeyring", "org.varlink.service")) {
                ReplyMessage reply = client.call("{\"method\":\"org.varlink.service.GetInterfaceDescription\","
                        + "\"parameters\":{\"interface\":\"" + name + "\"}}");
                assertThat(reply.parameters().get("description").toString()).contains("\ninterface " + name + "\n");
            }
            Map<String, Object> info =
                    client.call("{\"method\":\"org.varlink.service.GetInfo\"}").parameters();
            assertThat(info).containsOnlyKeys("vendor", "product", "version", "url", "interfaces");
            assertThat(info).containsEntry("version", "1.2.3");
        }
    }

    @Test
    void aBugIsInTheLogUnderTheIdThatTheClientIsTold() throws Exception {
        try (TestServer server = new TestServer(TestServer.PATIENT, TestServer.handlers());
                TestClient client = server.connect()) {
            ReplyMessage reply = client.call("{\"method\":\"org.tpmkeyring.TpmInfo\"}");
            assertThat(reply.parameters()).containsEntry("hint", "tpm-keyring doctor");
            String message = reply.parameters().get("message").toString();
            assertThat(message).matches(".* under the id [0-9a-f]{8}");
            String id = message.substring(message.lastIndexOf(' ') + 1);
            assertThat(server.log.lines).anyMatch(line -> line.contains(id));
        }
    }

    @Test
    void aNulInAnAnswerIsEscapedSoThatOnlyTheEndHasOne() throws Exception {
        Handlers handlers = new Handlers()
                .add(
                        Status.METHOD,
                        call -> new Status.Reply(
                                "\u00e9\u4e2d\0",
                                1,
                                "",
                                true,
                                TpmState.READY,
                                "",
                                "",
                                TestServer.DOOR,
                                List.of(),
                                List.of(),
                                List.of(),
                                List.of()));
        try (TestServer server = new TestServer(TestServer.PATIENT, handlers);
                TestClient client = server.connect()) {
            client.send(TestServer.STATUS);
            assertThat(client.readText()).contains("\u00e9\u4e2d\\u0000");
            client.send(TestServer.STATUS);
            assertThat(client.readText()).startsWith("{").endsWith("}");
        }
    }
}
