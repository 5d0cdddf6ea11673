// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.server;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.tpmkeyring.authz.Authorizer;
import org.tpmkeyring.authz.Decision;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.KeyringException;
import org.tpmkeyring.protocol.api.Request;
import org.tpmkeyring.protocol.wire.CallMessage;
import org.tpmkeyring.protocol.wire.MalformedMessageException;
import org.tpmkeyring.protocol.wire.RecordCodec;
import org.tpmkeyring.protocol.wire.ReplyMessage;
import org.tpmkeyring.service.Call;
import org.tpmkeyring.service.Handlers;
import org.tpmkeyring.service.SecretDialogue;

/** From a call to its reply: find the handler, read the parameters, authorise, call, tell. */
public final class Dispatcher {
    private static final System.Logger LOG = System.getLogger(Dispatcher.class.getName());
    private static final long MAX_UID = (1L << 32) - 2;

    private final Handlers handlers;
    private final Authorizer authorizer;
    private final ServiceInterface service;
    private final AuditLog audit;

    /** Names failures in the log; begins at another number in every run of the daemon. */
    private final AtomicInteger failures = new AtomicInteger((int) System.nanoTime());

    /**
     * @param version of the daemon, told by {@code org.varlink.service.GetInfo}
     */
    public Dispatcher(Handlers handlers, Authorizer authorizer, AuditLog audit, String version) {
        this.handlers = handlers;
        this.authorizer = authorizer;
        this.audit = audit;
        this.service = new ServiceInterface(version);
    }

    /** Who calls, what, and the way for secrets. */
    private record Incoming(PeerCredentials peer, CallMessage message, SecretDialogue secrets) {}

    /** The reply to a call. Never throws: what a handler throws is a reply too. */
    ReplyMessage answer(PeerCredentials peer, CallMessage message, SecretDialogue secrets) {
        if (ServiceInterface.owns(message.method())) {
            return service.answer(message);
        }
        Optional<Handlers.Entry<?, ?>> entry = handlers.find(message.method());
        if (entry.isEmpty()) {
            return misdirected(peer, message.method(), ServiceInterface.notFound(message.method()));
        }
        try {
            return decode(entry.get(), new Incoming(peer, message, secrets));
        } catch (MalformedMessageException e) {
            return misdirected(peer, entry.get().method().name(), ErrorReplies.invalidParameter(e.parameter()));
        }
    }

    private ReplyMessage misdirected(PeerCredentials peer, String method, ReplyMessage error) {
        String value = error.parameters().values().iterator().next().toString();
        audit.misdirected(peer, AuditWords.shortened(method), error.error().orElseThrow(), AuditWords.shortened(value));
        return error;
    }

    private <Q extends Request, R extends Record> ReplyMessage decode(Handlers.Entry<Q, R> entry, Incoming incoming)
            throws MalformedMessageException {
        Class<? extends Record> type = entry.method().request().asSubclass(Record.class);
        Record parameters = RecordCodec.fromTree(type, incoming.message().parameters());
        Q request = entry.method().request().cast(parameters);
        if (request.owner().filter(uid -> uid < 0 || uid > MAX_UID).isPresent()) {
            throw new MalformedMessageException("owner", "it is no uid");
        }
        return settle(entry, incoming, request, parameters);
    }

    private <Q extends Request, R extends Record> ReplyMessage settle(
            Handlers.Entry<Q, R> entry, Incoming incoming, Q request, Record parameters) {
        long start = System.nanoTime();
        String method = entry.method().name();
        try {
            R reply = handle(entry, incoming, request);
            Map<String, Object> tree = RecordCodec.toTree(reply);
            audit.answered(incoming.peer(), method, parameters, reply, since(start));
            return ReplyMessage.success(tree);
        } catch (KeyringException refusal) {
            audit.refused(incoming.peer(), method, parameters, refusal, since(start));
            return ErrorReplies.of(refusal);
        } catch (RuntimeException | LinkageError | StackOverflowError | AssertionError bug) {
            String id = String.format("%08x", failures.incrementAndGet());
            LOG.log(System.Logger.Level.ERROR, "unexpected failure " + id + " in " + method, bug);
            KeyringException unexpected = ErrorReplies.unexpected(id, bug);
            audit.refused(incoming.peer(), method, parameters, unexpected, since(start));
            return ErrorReplies.of(unexpected);
        }
    }

    private <Q extends Request, R extends Record> R handle(Handlers.Entry<Q, R> entry, Incoming incoming, Q request) {
        PeerCredentials peer = incoming.peer();
        long uid = peer.uid();
        Decision decision = authorizer.decide(uid, entry.method(), request);
        if (decision instanceof Decision.Refused refused) {
            throw KeyringException.of(ErrorKind.NOT_PERMITTED)
                    .with("who", "uid " + uid)
                    .with("action", refused.action())
                    .with("command", refused.command())
                    .build();
        }
        long owner = ((Decision.Allowed) decision).owner();
        return entry.handler().handle(new Call<>(uid, peer.pid(), owner, request, incoming.secrets()));
    }

    private static Duration since(long startNanos) {
        return Duration.ofNanos(System.nanoTime() - startNanos);
    }

    /** A message that could not be read, or that asks for what excludes each other. */
    ReplyMessage malformed(PeerCredentials peer, MalformedMessageException reason) {
        KeyringException refusal = ErrorReplies.badMessage(reason);
        audit.malformed(peer, refusal);
        return ErrorReplies.of(refusal);
    }

    /** A connection for which there is no lane. */
    ReplyMessage turnedAway(PeerCredentials peer, KeyringException refusal) {
        audit.turnedAway(peer, refusal);
        return ErrorReplies.of(refusal);
    }
}
