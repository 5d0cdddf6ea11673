// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.server;

import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import jnr.unixsocket.UnixSocketChannel;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.KeyringException;
import org.tpmkeyring.secret.SecretBuffer;

/**
 * Answers systemd-cryptsetup, for which our socket is the key file of a volume: whoever connects from the address
 * of a volume gets its key and the end of the stream, or the end alone, upon which systemd-cryptsetup asks for a
 * passphrase. Nothing is read from a client. Root alone may connect, and is asked for again by uid.
 */
public final class VolumeKeyServer implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(VolumeKeyServer.class.getName());
    private static final long ROOT = 0;

    /** As many volumes as are opened at the same time; others are turned away. */
    private static final int CONNECTIONS = 32;

    private static final long WORKER_STACK_BYTES = 512 * 1024;
    private static final Duration SENDING = Duration.ofSeconds(2);
    private static final long PAUSE_AFTER_FAILURE_MILLIS = 50;

    private final ListeningSocket listening;
    private final Source keys;
    private final AuditLog audit;
    private final Semaphore places = new Semaphore(CONNECTIONS);
    private final AtomicBoolean stopping = new AtomicBoolean();
    private final AtomicLong count = new AtomicLong();
    private final Set<SocketStream> open = new HashSet<>();
    private final Thread acceptor = new Thread(this::acceptAll, "accept-keys");

    private VolumeKeyServer(ListeningSocket listening, Source keys, AuditLog audit) {
        this.listening = listening;
        this.keys = keys;
        this.audit = audit;
    }

    /** Where keys come from. */
    @FunctionalInterface
    public interface Source {
        /**
         * The key of a volume.
         *
         * @return the caller owns it
         * @throws KeyringException when it is not to be had
         */
        SecretBuffer take(String volume);
    }

    /**
     * Begins to serve.
     *
     * @param socket for root alone; closed by {@link #close}
     */
    public static VolumeKeyServer start(ListeningSocket socket, Source keys, AuditLog audit) {
        VolumeKeyServer server = new VolumeKeyServer(socket, keys, audit);
        server.acceptor.setDaemon(true);
        server.acceptor.start();
        return server;
    }

    private void acceptAll() {
        while (!stopping.get()) {
            try {
                admit(listening.accept());
            } catch (IOException | RuntimeException | OutOfMemoryError e) {
                if (!stopping.get()) {
                    LOG.log(System.Logger.Level.WARNING, "a question for a key could not be accepted", e);
                    pause();
                }
            }
        }
        try {
            listening.close();
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "closing the key socket failed", e);
        }
    }

    private void pause() {
        try {
            Thread.sleep(PAUSE_AFTER_FAILURE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void admit(UnixSocketChannel channel) throws IOException {
        SocketStream stream = new SocketStream(channel);
        boolean started = false;
        try {
            PeerCredentials peer = PeerCredentials.of(channel);
            if (peer.uid() != ROOT) {
                audit.turnedAway(peer, notPermitted(peer));
            } else if (places.tryAcquire()) {
                started = begin(stream, channel.getFD(), peer);
            } else {
                audit.turnedAway(peer, tooMany());
            }
        } finally {
            if (!started) {
                stream.close();
            }
        }
    }

    /** Whether a worker has the connection now; its place is given back otherwise. */
    private boolean begin(SocketStream stream, int descriptor, PeerCredentials peer) {
        boolean started = false;
        try {
            Thread worker = new Thread(
                    null, () -> serve(stream, descriptor, peer), "key-" + count.incrementAndGet(), WORKER_STACK_BYTES);
            worker.setDaemon(true);
            worker.start();
            started = true;
        } finally {
            if (!started) {
                places.release();
            }
        }
        return started;
    }

    private void serve(SocketStream stream, int descriptor, PeerCredentials peer) {
        try (stream) {
            enlist(stream);
            answer(stream, peer, VolumeAddress.of(descriptor));
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, peer + " did not wait for the key", e);
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.ERROR, peer + " gets no key because of a bug", e);
        } finally {
            synchronized (open) {
                open.remove(stream);
            }
            places.release();
        }
    }

    private void enlist(SocketStream stream) {
        synchronized (open) {
            open.add(stream);
            if (stopping.get()) {
                stream.shutDownAll();
            }
        }
    }

    private void answer(SocketStream stream, PeerCredentials peer, Optional<String> volume) throws IOException {
        if (volume.isEmpty()) {
            audit.keyRefused(peer, "?", nameless(), Duration.ZERO);
            return;
        }
        long start = System.nanoTime();
        try (SecretBuffer key = keys.take(volume.get())) {
            stream.writeSecret(key, Deadline.in(SENDING));
            audit.keyHandedOut(peer, volume.get(), since(start));
        } catch (KeyringException refusal) {
            audit.keyRefused(peer, volume.get(), refusal, since(start));
        }
    }

    private static Duration since(long startNanos) {
        return Duration.ofNanos(System.nanoTime() - startNanos);
    }

    private static KeyringException nameless() {
        return KeyringException.of(ErrorKind.BAD_MESSAGE)
                .with("reason", "the address of the peer names no volume, as that of systemd-cryptsetup does")
                .with("hint", "man crypttab")
                .build();
    }

    private static KeyringException notPermitted(PeerCredentials peer) {
        return KeyringException.of(ErrorKind.NOT_PERMITTED)
                .with("who", "uid " + peer.uid())
                .with("action", "have keys of volumes")
                .build();
    }

    private static KeyringException tooMany() {
        return KeyringException.of(ErrorKind.TOO_MANY_CONNECTIONS)
                .with("who", "those who want keys of volumes")
                .with("limit", CONNECTIONS)
                .build();
    }

    /** Takes the socket's name away, stops accepting and cuts whoever still waits. Throws nothing. */
    @Override
    public void close() {
        stopping.set(true);
        try {
            listening.withdraw();
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "the key socket could not be removed", e);
        }
        listening.wake();
        synchronized (open) {
            open.forEach(SocketStream::shutDownAll);
        }
    }
}
