// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.server;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import jnr.unixsocket.UnixSocketChannel;
import jnr.unixsocket.UnixSocketOptions;
import org.tpmkeyring.protocol.KeyringException;

/**
 * Accepts connections on a socket and serves each on a thread of its own, as many as the lanes allow. So a
 * call that waits for the TPM holds up nobody else.
 */
public final class SocketServer {
    private static final System.Logger LOG = System.getLogger(SocketServer.class.getName());
    private static final long WORKER_STACK_BYTES = 512 * 1024;
    private static final int REFUSAL_MILLIS = 20;
    private static final Duration CUT_TIME = Duration.ofSeconds(1);
    private static final long PAUSE_AFTER_FAILURE_MILLIS = 50;

    private final ListeningSocket listening;
    private final Dispatcher dispatcher;
    private final ServerLimits limits;
    private final Lanes lanes;
    private final Thread acceptor = new Thread(this::acceptAll, "accept");
    private final CountDownLatch stopping = new CountDownLatch(1);
    private final AtomicLong count = new AtomicLong();
    private final Set<Connection> open = new HashSet<>();

    private SocketServer(ListeningSocket listening, Dispatcher dispatcher, ServerLimits limits) {
        this.listening = listening;
        this.dispatcher = dispatcher;
        this.limits = limits;
        this.lanes = new Lanes(limits);
    }

    /**
     * Begins to serve.
     *
     * @param socket closed by {@link #stop}
     */
    public static SocketServer start(ListeningSocket socket, Dispatcher dispatcher, ServerLimits limits) {
        SocketServer server = new SocketServer(socket, dispatcher, limits);
        server.acceptor.start();
        return server;
    }

    private boolean isStopping() {
        return stopping.getCount() == 0;
    }

    private void acceptAll() {
        while (!isStopping()) {
            try {
                admit(listening.accept());
            } catch (IOException | RuntimeException | OutOfMemoryError e) {
                if (!isStopping()) {
                    LOG.log(System.Logger.Level.WARNING, "a connection could not be accepted", e);
                    pause();
                }
            }
        }
        try {
            listening.close();
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "closing the listening socket failed", e);
        }
    }

    /** A failure such as too many open files or threads lasts for a while: accepting again at once would only spin. */
    private void pause() {
        try {
            if (stopping.await(PAUSE_AFTER_FAILURE_MILLIS, TimeUnit.MILLISECONDS)) {
                LOG.log(System.Logger.Level.DEBUG, "stopped while accepting failed");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void admit(UnixSocketChannel channel) throws IOException {
        boolean handedOver = false;
        try {
            PeerCredentials peer = PeerCredentials.of(channel);
            Optional<KeyringException> refusal = lanes.enter(peer.uid());
            if (refusal.isEmpty()) {
                handedOver = begin(channel, peer);
            } else {
                turnAway(channel, peer, refusal.get());
            }
        } finally {
            if (!handedOver) {
                channel.close();
            }
        }
    }

    /**
     * On the accepting thread, so it takes as little time as can be: the reply fits into the empty buffer of a
     * fresh socket, and a peer that is gone by now costs no more than one that is not.
     */
    private void turnAway(UnixSocketChannel channel, PeerCredentials peer, KeyringException refusal) {
        byte[] json = dispatcher.turnedAway(peer, refusal).toJson();
        try {
            channel.setOption(UnixSocketOptions.SO_SNDTIMEO, REFUSAL_MILLIS);
            channel.write(ByteBuffer.wrap(Arrays.copyOf(json, json.length + 1)));
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, peer + " did not wait for its refusal", e);
        }
    }

    /** Whether a worker has the connection now; its place is given back otherwise. */
    private boolean begin(UnixSocketChannel channel, PeerCredentials peer) {
        boolean started = false;
        Connection connection = null;
        try {
            connection = enlist(new Connection(new SocketStream(channel), peer, dispatcher, limits));
            String name = "conn-" + peer.uid() + "-" + count.incrementAndGet();
            Thread worker = new Thread(null, serving(connection), name, WORKER_STACK_BYTES);
            worker.setDaemon(true);
            worker.start();
            started = true;
        } finally {
            if (!started) {
                delist(peer, connection);
            }
        }
        return started;
    }

    private Runnable serving(Connection connection) {
        return () -> {
            try {
                connection.run();
            } catch (RuntimeException e) {
                LOG.log(System.Logger.Level.ERROR, connection.peer() + " is lost to a bug", e);
            } finally {
                delist(connection.peer(), connection);
            }
        };
    }

    /**
     * On the accepting thread, so that a stop that comes next knows of it. One that comes after the stop has begun
     * ends after the call that it came with.
     */
    private Connection enlist(Connection connection) {
        synchronized (open) {
            open.add(connection);
            if (isStopping()) {
                connection.stopWhenIdle();
            }
        }
        return connection;
    }

    private void delist(PeerCredentials peer, Connection connection) {
        lanes.leave(peer.uid());
        synchronized (open) {
            open.remove(connection);
            open.notifyAll();
        }
    }

    /**
     * Withdraws the socket, stops accepting, lets the calls under way end and closes all connections.
     * Returns when no connection is left, or after {@code grace} and a second.
     *
     * @param grace how long calls under way may take
     */
    public void stop(Duration grace) {
        try {
            listening.withdraw();
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "the socket could not be removed", e);
        }
        stopping.countDown();
        listening.wake();
        awaitAcceptor();
        snapshot().forEach(Connection::stopWhenIdle);
        if (!awaitNone(grace)) {
            List<Connection> late = snapshot();
            LOG.log(System.Logger.Level.WARNING, late.size() + " calls are not done, cutting them off");
            late.forEach(Connection::cut);
            awaitNone(CUT_TIME);
        }
    }

    /** What is accepted is served; the accepting thread ends at once, but for a moment of load. */
    private void awaitAcceptor() {
        try {
            acceptor.join(CUT_TIME.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private List<Connection> snapshot() {
        synchronized (open) {
            return List.copyOf(open);
        }
    }

    private boolean awaitNone(Duration time) {
        Deadline deadline = Deadline.in(time);
        synchronized (open) {
            while (!open.isEmpty() && deadline.millisLeft() > 0) {
                try {
                    open.wait(deadline.millisLeft());
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    return false;
                }
            }
            return open.isEmpty();
        }
    }
}
