// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.client;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.tpmkeyring.cli.secret.DirectSecret;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.KeyringException;
import org.tpmkeyring.protocol.api.Method;
import org.tpmkeyring.protocol.api.Request;
import org.tpmkeyring.protocol.wire.CallMessage;
import org.tpmkeyring.protocol.wire.Limits;
import org.tpmkeyring.protocol.wire.MalformedMessageException;
import org.tpmkeyring.protocol.wire.RecordCodec;
import org.tpmkeyring.protocol.wire.ReplyMessage;

/** Calls methods of keyringd, each over a connection of its own. */
public final class DaemonClient {
    /** Time for an answer, a slow discrete TPM and a queue before it included. */
    public static final Duration ANSWER = Duration.ofSeconds(45);

    private static final Duration ALMOST_A_SECOND = Duration.ofMillis(999);

    private final Path socket;
    private final Waiting waiting;
    private final Duration limit;
    private final ServiceUnits units;
    private final Patience patience;
    private final AtomicBoolean connected;

    /**
     * @param waiting is told of an answer that is slow
     * @param limit longest time for each answer
     * @param units for hints
     * @param patience with a daemon that is started again
     */
    public DaemonClient(Path socket, Waiting waiting, Duration limit, ServiceUnits units, Patience patience) {
        this(socket, waiting, limit, units, patience, new AtomicBoolean());
    }

    private DaemonClient(
            Path socket,
            Waiting waiting,
            Duration limit,
            ServiceUnits units,
            Patience patience,
            AtomicBoolean connected) {
        this.connected = connected;
        this.units = units;
        this.socket = socket;
        this.waiting = waiting;
        this.limit = limit;
        this.patience = patience;
    }

    /** The same client with no more time for each answer than this. */
    public DaemonClient within(Duration left) {
        Duration shorter = left.compareTo(limit) < 0 ? left : limit;
        return new DaemonClient(socket, waiting, shorter, units, patience, connected);
    }

    /** Where it calls. */
    public Path socket() {
        return socket;
    }

    /**
     * Calls a method through which no secret crosses. A repeatable call whose answer was lost is sent again, to the
     * daemon that systemd starts in the place of the one that died.
     *
     * @throws KeyringException what the daemon refuses; DAEMON_UNREACHABLE, DEADLINE_EXCEEDED, or
     *     BAD_MESSAGE when the two sides do not understand each other
     */
    public <Q extends Record & Request, R extends Record> R call(Method<Q, R> method, Q request) {
        Patience.Repetitions repetitions = patience.new Repetitions();
        while (true) {
            try {
                return call(method, request, new NoSecrets());
            } catch (KeyringException e) {
                if (!request.repeatable() || !isGone(e)) {
                    throw e;
                }
                if (!repetitions.next()) {
                    throw repetitions.any() ? Unreachable.still(e) : e;
                }
            }
        }
    }

    /** Where nobody ever listened, nobody is started again. */
    private boolean isGone(KeyringException refusal) {
        return connected.get() && refusal.kind() == ErrorKind.DAEMON_UNREACHABLE;
    }

    /**
     * Calls a method.
     *
     * @param secrets asked when the daemon wants or offers one
     * @throws KeyringException as above, and what {@code secrets} throws
     */
    public <Q extends Record & Request, R extends Record> R call(
            Method<Q, R> method, Q request, SecretExchange secrets) {
        return call(method, request, secrets, method.upgrade());
    }

    /** The same for a method through which a secret may cross, but need not. */
    public <Q extends Record & Request, R extends Record> R callWithSecrets(
            Method<Q, R> method, Q request, SecretExchange secrets) {
        return call(method, request, secrets, true);
    }

    private <Q extends Record & Request, R extends Record> R call(
            Method<Q, R> method, Q request, SecretExchange secrets, boolean upgrade) {
        try (Connection connection = connect()) {
            if (upgrade) {
                PeerCheck.demandTrusted(socket, connection.channel());
            }
            CallMessage call =
                    new CallMessage(method.qualifiedName(), RecordCodec.toTree(request), upgrade, false, false);
            sendUnlessRefused(connection, call);
            ReplyMessage reply = ReplyMessage.parse(connection.receive());
            while (reply.continues()) {
                step(connection, reply.parameters(), secrets);
                reply = ReplyMessage.parse(connection.receive());
            }
            if (reply.error().isPresent()) {
                throw told(Refusals.of(reply.error().get(), reply.parameters()));
            }
            return RecordCodec.fromTree(method.reply(), reply.parameters());
        } catch (DeadlineException e) {
            throw KeyringException.of(ErrorKind.DEADLINE_EXCEEDED)
                    .with("seconds", e.limit().plus(ALMOST_A_SECOND).toSeconds())
                    .causedBy(e)
                    .build();
        } catch (MalformedMessageException e) {
            throw Refusals.notUnderstood(e);
        } catch (IOException e) {
            throw Unreachable.lost(socket, units, e);
        }
    }

    /** A failure of the daemon's own is told by its log. */
    private KeyringException told(KeyringException refusal) {
        if (refusal.kind() != ErrorKind.UNEXPECTED) {
            return refusal;
        }
        return units.log().map(hint -> refusal.with("hint", hint)).orElse(refusal);
    }

    private Connection connect() throws DeadlineException {
        try {
            Connection connection = Connection.open(socket, waiting, limit);
            connected.set(true);
            return connection;
        } catch (DeadlineException e) {
            throw e;
        } catch (IOException e) {
            throw Unreachable.because(socket, units, e);
        }
    }

    /**
     * A daemon that has no room for one more connection says so and closes before it hears anything. The
     * failure to send is then of no interest: the refusal is there to be read, and if it is not, the read
     * tells.
     */
    private static void sendUnlessRefused(Connection connection, CallMessage call) throws DeadlineException {
        try {
            connection.send(call.toJson());
        } catch (DeadlineException e) {
            throw e;
        } catch (IOException e) {
            return;
        }
    }

    private static void step(Connection connection, Map<String, Object> parameters, SecretExchange secrets)
            throws IOException, MalformedMessageException {
        if (parameters.get("want") instanceof String label) {
            long most = parameters.get("maxBytes") instanceof Long bytes ? bytes : Limits.SECRET_BYTES;
            answer(connection, label, (int) Math.min(Math.max(most, 0), Limits.SECRET_BYTES), secrets);
        } else if (parameters.get("offer") instanceof String label) {
            try (DirectSecret secret = connection.receiveFrame()) {
                secrets.offer(label, secret.buffer());
            }
            connection.sendFrame(ByteBuffer.allocateDirect(0));
        } else {
            throw new MalformedMessageException("", "it neither wants nor offers a secret");
        }
    }

    private static void answer(Connection connection, String label, int maxBytes, SecretExchange secrets)
            throws IOException {
        try (DirectSecret secret = secrets.want(label, maxBytes)) {
            connection.sendFrame(secret.buffer());
        } catch (KeyringException none) {
            connection.sendFrame(ByteBuffer.allocateDirect(0));
            throw none;
        }
    }
}
