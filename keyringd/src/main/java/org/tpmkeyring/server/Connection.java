// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.server;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.KeyringException;
import org.tpmkeyring.protocol.wire.CallMessage;
import org.tpmkeyring.protocol.wire.Limits;
import org.tpmkeyring.protocol.wire.MalformedMessageException;
import org.tpmkeyring.protocol.wire.ReplyMessage;

/** Serves one client, call after call, on the thread that runs it. */
final class Connection implements Runnable {
    private static final System.Logger LOG = System.getLogger(Connection.class.getName());

    /** Parsing takes many times the memory of a message; so few at a time keep a flood small. */
    private static final Semaphore PARSING = new Semaphore(4);

    private final SocketStream stream;
    private final PeerCredentials peer;
    private final Dispatcher dispatcher;
    private final ServerLimits limits;
    private volatile boolean busy;
    private volatile boolean stopping;

    Connection(SocketStream stream, PeerCredentials peer, Dispatcher dispatcher, ServerLimits limits) {
        this.stream = stream;
        this.peer = peer;
        this.dispatcher = dispatcher;
        this.limits = limits;
    }

    PeerCredentials peer() {
        return peer;
    }

    /**
     * Serves until the client is done, is idle for too long or breaks the rules; then closes. A first call that has
     * arrived when the server stops is still served: its sender could not know.
     */
    @Override
    public void run() {
        try (stream) {
            while (serveOne() && !stopping) {
                busy = false;
            }
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, peer + " is lost", e);
        }
    }

    private boolean serveOne() throws IOException {
        try {
            Optional<byte[]> json = stream.readMessage(limits.idle(), limits.message());
            busy = true;
            return json.isPresent() && serve(parse(json.get()));
        } catch (MalformedMessageException e) {
            write(dispatcher.malformed(peer, e));
            return false;
        }
    }

    private static CallMessage parse(byte[] json) throws MalformedMessageException {
        PARSING.acquireUninterruptibly();
        try {
            return CallMessage.parse(json);
        } finally {
            PARSING.release();
        }
    }

    /** Whether another call may follow. */
    private boolean serve(CallMessage call) throws IOException, MalformedMessageException {
        if (call.oneway() && (call.upgrade() || call.more())) {
            throw new MalformedMessageException("oneway", "it excludes upgrade and more");
        }
        if (call.upgrade() && stream.hasUnread()) {
            throw new MalformedMessageException("upgrade", "something was sent that nobody had asked for");
        }
        ConnectionDialogue secrets = new ConnectionDialogue(stream, limits, call.upgrade());
        ReplyMessage reply = dispatcher.answer(peer, call, secrets);
        if (!call.oneway()) {
            write(reply);
        }
        return !call.upgrade();
    }

    private void write(ReplyMessage reply) throws IOException {
        byte[] json = reply.toJson();
        if (json.length > Limits.REPLY_BYTES) {
            KeyringException refusal = KeyringException.of(ErrorKind.NOT_SUPPORTED)
                    .with("what", "an answer of " + json.length + " bytes")
                    .with("reason", "the limit is " + Limits.REPLY_BYTES + ", ask for one vault at a time")
                    .build();
            json = ErrorReplies.of(refusal).toJson();
        }
        stream.writeMessage(json, limits.message());
    }

    /** Ends the connection once the call under way is answered; at once when there is none. */
    void stopWhenIdle() {
        stopping = true;
        if (!busy) {
            stream.shutDownInput();
        }
    }

    /** Ends the connection whatever is under way: a dialogue ends without commit. */
    void cut() {
        stopping = true;
        stream.shutDownAll();
    }
}
