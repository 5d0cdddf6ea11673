// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.client;

import java.io.EOFException;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.tpmkeyring.cli.secret.DirectSecret;
import org.tpmkeyring.protocol.wire.MalformedMessageException;
import org.tpmkeyring.protocol.wire.MessageAssembler;
import org.tpmkeyring.protocol.wire.SecretFrames;

/**
 * Messages and secret frames over one connection, by {@code protocol.wire}. Everything that arrives
 * goes through one direct buffer, which is wiped: a secret frame may share a read with the message
 * before it.
 */
final class Connection implements AutoCloseable {
    /** Longest reply, bytes: a list of some ten thousand keys. The limit of the wire is for requests. */
    static final int REPLY_BYTES = 4 * 1024 * 1024;

    private static final int BUFFER_BYTES = 16 * 1024;

    private final SocketChannel channel;
    private final Watchdog watchdog;
    private final Duration limit;
    private final MessageAssembler assembler = new MessageAssembler(REPLY_BYTES);
    private final ByteBuffer incoming = ByteBuffer.allocateDirect(BUFFER_BYTES).limit(0);

    private Connection(SocketChannel channel, Waiting waiting, Duration limit) {
        this.channel = channel;
        this.limit = limit;
        this.watchdog = new Watchdog(waiting, this::abandon);
    }

    /**
     * Connects.
     *
     * @param limit longest time for the connection and for each answer
     */
    static Connection open(Path socket, Waiting waiting, Duration limit) throws IOException {
        Connection connection = new Connection(SocketChannel.open(StandardProtocolFamily.UNIX), waiting, limit);
        try {
            connection.timed(() -> connection.channel.connect(UnixDomainSocketAddress.of(socket)));
            return connection;
        } catch (IOException e) {
            connection.close();
            throw e;
        }
    }

    SocketChannel channel() {
        return channel;
    }

    /** Sends one message and its NUL. */
    void send(byte[] json) throws IOException {
        ByteBuffer message = ByteBuffer.allocateDirect(json.length + 1);
        message.put(json).put((byte) 0).flip();
        timed(() -> writeAll(message));
    }

    /** The next message, without its NUL. */
    byte[] receive() throws IOException, MalformedMessageException {
        Optional<byte[]> message = assembler.take(incoming);
        while (message.isEmpty()) {
            fill();
            message = assembler.take(incoming);
        }
        return message.get();
    }

    /** Sends one frame: the length and the secret from position to limit. */
    void sendFrame(ByteBuffer secret) throws IOException {
        ByteBuffer length = ByteBuffer.allocateDirect(SecretFrames.HEADER_BYTES);
        SecretFrames.putHeader(length, secret.remaining());
        length.flip();
        timed(() -> {
            writeAll(length);
            writeAll(secret);
        });
    }

    /** The next frame, from position to limit; the caller closes it. */
    DirectSecret receiveFrame() throws IOException, MalformedMessageException {
        ByteBuffer header = ByteBuffer.allocateDirect(SecretFrames.HEADER_BYTES);
        while (header.hasRemaining()) {
            header.put(nextByte());
        }
        int length = SecretFrames.takeLength(header.flip());
        DirectSecret secret = DirectSecret.allocate(length);
        ByteBuffer target = secret.buffer();
        while (target.hasRemaining()) {
            target.put(nextByte());
        }
        target.flip();
        return secret;
    }

    private byte nextByte() throws IOException {
        if (!incoming.hasRemaining()) {
            fill();
        }
        return incoming.get();
    }

    private void fill() throws IOException {
        incoming.clear();
        timed(() -> {
            if (channel.read(incoming) < 0) {
                incoming.limit(0);
                throw new EOFException("the connection was closed before the answer came");
            }
        });
        incoming.flip();
    }

    private void writeAll(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    private void timed(Step step) throws IOException {
        watchdog.arm(limit);
        try {
            step.run();
        } catch (IOException e) {
            if (watchdog.expired()) {
                throw new DeadlineException(limit, e);
            }
            throw e;
        } finally {
            watchdog.rest();
        }
    }

    private void abandon() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new IllegalStateException("the socket cannot be closed", e);
        }
    }

    @Override
    public void close() throws IOException {
        watchdog.close();
        DirectSecret.wipe(incoming);
        channel.close();
    }

    /** Something that blocks on the socket. */
    @FunctionalInterface
    private interface Step {
        void run() throws IOException;
    }
}
