// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.KeyringException;
import org.tpmkeyring.protocol.api.AddProtector;
import org.tpmkeyring.protocol.api.ProtectorInfo;
import org.tpmkeyring.protocol.api.ProtectorType;
import org.tpmkeyring.protocol.api.Request;
import org.tpmkeyring.protocol.wire.ReplyMessage;
import org.tpmkeyring.secret.SecretBuffer;
import org.tpmkeyring.service.Call;
import org.tpmkeyring.service.Handlers;

/**
 * The dialogue of a call with secrets. The handler asks for a secret of at most 32 bytes and offers its bytes
 * reversed, then commits.
 */
@Timeout(60)
final class DialogueTest {
    private static final String CALL = "{\"method\":\"org.tpmkeyring.AddProtector\",\"parameters\":"
            + "{\"vault\":\"v\",\"type\":\"recovery\"},\"upgrade\":true}";

    private static final ServerLimits QUICK =
            new ServerLimits(8, 64, 16, Duration.ofSeconds(30), Duration.ofSeconds(5), Duration.ofMillis(400));

    /** What became of the calls: "committed", or the kind and sentence of the refusal. */
    private final BlockingQueue<String> ends = new LinkedBlockingQueue<>();

    private TestServer server;
    private TestClient client;

    @BeforeEach
    void start() throws IOException {
        open(TestServer.PATIENT);
    }

    @AfterEach
    void stop() throws IOException {
        client.close();
        server.close();
    }

    private void open(ServerLimits limits) throws IOException {
        server = new TestServer(limits, new Handlers().add(AddProtector.METHOD, this::handle));
        client = server.connect();
    }

    private AddProtector.Reply handle(Call<? extends Request> call) {
        try (SecretBuffer secret = call.secrets().want("key", 32);
                SecretBuffer answer = reversed(secret)) {
            call.secrets().offer("recovery-key", answer);
            ends.add("committed");
            return new AddProtector.Reply(
                    new ProtectorInfo("r", ProtectorType.RECOVERY, java.util.Optional.empty(), secret.size(), false));
        } catch (KeyringException e) {
            ends.add(e.kind() + " " + e.sentence());
            throw e;
        }
    }

    private static SecretBuffer reversed(SecretBuffer secret) {
        SecretBuffer answer = SecretBuffer.allocate(secret.size());
        secret.withBytes(from -> answer.withBytes(to -> {
            for (int i = 0; i < from.capacity(); i++) {
                to.put(i, from.get(from.capacity() - 1 - i));
            }
            return to;
        }));
        return answer;
    }

    private String end() throws InterruptedException {
        return ends.poll(20, TimeUnit.SECONDS);
    }

    private static byte[] frame(int length, byte... bytes) {
        return ByteBuffer.allocate(4 + bytes.length).putInt(length).put(bytes).array();
    }

    private void expectWant() throws Exception {
        ReplyMessage want = client.read();
        assertThat(want.continues()).isTrue();
        assertThat(want.parameters()).isEqualTo(Map.of("want", "key", "maxBytes", 32L));
    }

    @Test
    void aSecretGoesInAndAnotherComesOutAndIsConfirmed() throws Exception {
        client.send(CALL);
        expectWant();
        client.sendBytes(frame(3, (byte) 1, (byte) 0, (byte) 3));
        ReplyMessage offer = client.read();
        assertThat(offer.continues()).isTrue();
        assertThat(offer.parameters()).isEqualTo(Map.of("offer", "recovery-key"));
        assertThat(client.readBytes(7)).containsExactly(0, 0, 0, 3, 3, 0, 1);
        assertThat(ends).isEmpty();
        client.sendBytes(frame(0));
        ReplyMessage reply = client.read();
        assertThat(reply.error()).isEmpty();
        assertThat(reply.continues()).isFalse();
        assertThat(client.isClosedByServer()).isTrue();
        assertThat(end()).isEqualTo("committed");
    }

    @Test
    void aFrameMayComeInPieces() throws Exception {
        client.send(CALL);
        expectWant();
        for (byte piece : frame(32, new byte[32])) {
            client.sendBytes(piece);
        }
        assertThat(client.read().parameters()).containsKey("offer");
    }

    @Test
    void noneEndsTheCall() throws Exception {
        client.send(CALL);
        expectWant();
        client.sendBytes(frame(0));
        assertThat(client.read().error()).contains("org.tpmkeyring.BadArgument");
        assertThat(client.isClosedByServer()).isTrue();
        assertThat(end()).isEqualTo("BAD_ARGUMENT key: a secret is needed, none was given");
    }

    @Test
    void aLengthIsCheckedBeforeAnythingIsRead() throws Exception {
        client.send(CALL);
        expectWant();
        client.sendBytes(frame(33));
        assertThat(client.read().error()).contains("org.tpmkeyring.BadArgument");
        assertThat(end()).isEqualTo("BAD_ARGUMENT key: it has 33 bytes, at most 32 are possible");
    }

    @Test
    void aLengthOf4GiBIsNoMessage() throws Exception {
        client.send(CALL);
        expectWant();
        client.sendBytes(frame(-1));
        assertThat(client.read().error()).contains("org.tpmkeyring.BadMessage");
        assertThat(end()).startsWith("BAD_MESSAGE").contains("4294967295");
    }

    @Test
    void aClientThatGoesAwayEndsTheCallBeforeItCommits() throws Exception {
        client.send(CALL);
        expectWant();
        client.close();
        assertThat(end()).contains("the client went away before it could send the key");
    }

    @Test
    void aClientThatGoesAwayWithinASecretEndsTheCall() throws Exception {
        client.send(CALL);
        expectWant();
        client.sendBytes(frame(32, new byte[31]));
        client.close();
        assertThat(end()).contains("the client went away");
    }

    @Test
    void anOfferThatIsNotConfirmedIsNotCommitted() throws Exception {
        client.send(CALL);
        expectWant();
        client.sendBytes(frame(1, (byte) 1));
        assertThat(client.read().parameters()).containsKey("offer");
        client.close();
        assertThat(end()).contains("the client went away before it could confirm the recovery-key");
    }

    @Test
    void anOfferIsConfirmedByAnEmptyFrameOnly() throws Exception {
        client.send(CALL);
        expectWant();
        client.sendBytes(frame(1, (byte) 1));
        assertThat(client.read().parameters()).containsKey("offer");
        assertThat(client.readBytes(5)).hasSize(5);
        client.sendBytes(frame(1, (byte) 1));
        assertThat(client.read().error()).contains("org.tpmkeyring.BadMessage");
        assertThat(end()).contains("an empty frame was due, to confirm the recovery-key");
    }

    @Test
    void whatWasNotAskedForEndsTheCall() throws Exception {
        client.send(CALL);
        expectWant();
        byte[] frames =
                ByteBuffer.allocate(9).put(frame(1, (byte) 1)).put(frame(0)).array();
        client.sendBytes(frames);
        assertThat(client.read().error()).contains("org.tpmkeyring.BadMessage");
        assertThat(end()).contains("something was sent that nobody had asked for");
    }

    @Test
    void aPersonHasOnlySoMuchTime() throws Exception {
        stop();
        open(QUICK);
        client.send(CALL);
        expectWant();
        ReplyMessage reply = client.read();
        assertThat(reply.error()).contains("org.tpmkeyring.DeadlineExceeded");
        assertThat(end()).startsWith("DEADLINE_EXCEEDED").endsWith("to send the key");
    }

    @Test
    void theStopOfTheServerEndsADialogueWithoutCommit() throws Exception {
        client.send(CALL);
        expectWant();
        server.stop(Duration.ofMillis(200));
        assertThat(end()).startsWith("BAD_MESSAGE").contains("went away");
        assertThat(client.isClosedByServer()).isTrue();
    }

    @Test
    void withoutUpgradeNoSecretCrosses() throws Exception {
        ReplyMessage reply = client.call(CALL.replace("true", "false"));
        assertThat(reply.error()).contains(ErrorKind.BAD_MESSAGE.wireName());
        assertThat(end()).contains("takes a call with upgrade");
        assertThat(client.call(CALL.replace("true", "false")).error()).isPresent();
    }

    @Test
    void noLineOfTheAuditHoldsASecret() throws Exception {
        client.send(CALL);
        expectWant();
        client.sendBytes(frame(6, "MARKER".getBytes(java.nio.charset.StandardCharsets.US_ASCII)));
        assertThat(client.read().parameters()).containsKey("offer");
        assertThat(client.readBytes(10)).hasSize(10);
        client.sendBytes(frame(0));
        assertThat(client.read().error()).isEmpty();
        assertThat(server.log.lines).hasSize(1);
        assertThat(server.log.lines).noneMatch(line -> line.contains("MARKER") || line.contains("REKRAM"));
        assertThat(List.copyOf(server.log.lines).get(0)).contains("AddProtector vault 'v': done in");
    }
}
