// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.server;

import java.io.EOFException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import jnr.unixsocket.UnixSocketChannel;
import jnr.unixsocket.UnixSocketOptions;
import org.tpmkeyring.protocol.wire.Limits;
import org.tpmkeyring.protocol.wire.MalformedMessageException;
import org.tpmkeyring.protocol.wire.MessageAssembler;
import org.tpmkeyring.protocol.wire.SecretFrames;
import org.tpmkeyring.secret.SecretBuffer;
import org.tpmkeyring.server.binding.SocketCalls;

/**
 * One connected socket: messages and secret frames, each with a deadline. Bytes arrive in native memory; only
 * what belongs to a message is copied to the heap. One thread reads and writes; any thread may shut down.
 */
final class SocketStream implements AutoCloseable {
    private static final int WINDOW_BYTES = 4096;
    private static final int WRITE_BYTES = 64 * 1024;

    private final UnixSocketChannel channel;
    private final ByteBuffer window = ByteBuffer.allocateDirect(WINDOW_BYTES).limit(0);
    private final long windowAddress = SocketCalls.address(window);
    private boolean closed;

    SocketStream(UnixSocketChannel channel) {
        this.channel = channel;
    }

    /**
     * Reads one message.
     *
     * @param idle time until it begins
     * @param whole time from its beginning to its end
     * @return the message without its NUL; empty when the peer is done or idle for too long
     * @throws MalformedMessageException when it is too long, cut off or too slow
     */
    Optional<byte[]> readMessage(Duration idle, Duration whole) throws IOException, MalformedMessageException {
        MessageAssembler assembler = new MessageAssembler(Limits.MESSAGE_BYTES);
        if (!window.hasRemaining() && !beginsWithin(idle)) {
            return Optional.empty();
        }
        Deadline deadline = Deadline.in(whole);
        try {
            while (true) {
                Optional<byte[]> message = assembler.take(window);
                if (message.isPresent()) {
                    return message;
                }
                fillWindow(deadline);
            }
        } catch (SocketTimeoutException e) {
            throw new MalformedMessageException("", "it did not arrive whole within " + whole.toMillis() + " ms");
        } catch (EOFException e) {
            throw new MalformedMessageException("", "it ends before its NUL");
        }
    }

    private boolean beginsWithin(Duration idle) throws IOException {
        try {
            fillWindow(Deadline.in(idle));
            return true;
        } catch (EOFException | SocketTimeoutException e) {
            return false;
        }
    }

    private void fillWindow(Deadline deadline) throws IOException {
        window.position(0).limit(receive(windowAddress, WINDOW_BYTES, deadline));
    }

    /** Whether something arrived that no message or frame has taken yet. Does not wait. */
    boolean hasUnread() throws IOException {
        if (window.hasRemaining()) {
            return true;
        }
        int flags = SocketCalls.MSG_PEEK | SocketCalls.MSG_DONTWAIT;
        long result = SocketCalls.receive(channel.getFD(), windowAddress, 1, flags);
        if (result == 0) {
            throw new EOFException("the peer is gone");
        }
        if (result < 0 && result != -SocketCalls.EAGAIN && result != -SocketCalls.EINTR) {
            throw new IOException("recv: error " + -result);
        }
        return result > 0;
    }

    /**
     * Reads the header of a secret frame, and nothing beyond it.
     *
     * @return the length of the frame, at most {@link Limits#SECRET_BYTES}
     */
    int readFrameLength(Deadline deadline) throws IOException, MalformedMessageException {
        readFully(windowAddress, SecretFrames.HEADER_BYTES, deadline);
        window.position(0).limit(SecretFrames.HEADER_BYTES);
        return SecretFrames.takeLength(window);
    }

    /** Fills a secret from the socket, without a copy elsewhere. */
    void readSecret(SecretBuffer secret, Deadline deadline) throws IOException {
        readFully(secret.unsafeAddress(), secret.size(), deadline);
    }

    private void readFully(long address, int length, Deadline deadline) throws IOException {
        int done = 0;
        while (done < length) {
            done += receive(address + done, length - done, deadline);
        }
    }

    /** At least one byte. */
    private int receive(long address, int length, Deadline deadline) throws IOException {
        while (true) {
            channel.setOption(UnixSocketOptions.SO_RCVTIMEO, timeLeft(deadline));
            long result = SocketCalls.receive(channel.getFD(), address, length, 0);
            if (result > 0) {
                return (int) result;
            }
            if (result == 0) {
                throw new EOFException("the peer is gone");
            }
            refuseUnlessRetry("recv", result);
        }
    }

    /** Writes a message and its NUL. */
    void writeMessage(byte[] json, Duration time) throws IOException {
        write(ByteBuffer.wrap(Arrays.copyOf(json, json.length + 1)), Deadline.in(time));
    }

    /** Writes a secret frame straight from the secret's own memory. */
    void writeFrame(SecretBuffer secret, Duration time) throws IOException {
        Deadline deadline = Deadline.in(time);
        ByteBuffer header = ByteBuffer.allocate(SecretFrames.HEADER_BYTES);
        SecretFrames.putHeader(header, secret.size());
        write(header.flip(), deadline);
        writeSecret(secret, deadline);
    }

    /** Writes a secret as it is, straight from its own memory. */
    void writeSecret(SecretBuffer secret, Deadline deadline) throws IOException {
        int done = 0;
        while (done < secret.size()) {
            channel.setOption(UnixSocketOptions.SO_SNDTIMEO, timeLeft(deadline));
            long result = SocketCalls.transmit(channel.getFD(), secret.unsafeAddress() + done, secret.size() - done);
            if (result >= 0) {
                done += (int) result;
            } else {
                refuseUnlessRetry("send", result);
            }
        }
    }

    private void write(ByteBuffer bytes, Deadline deadline) throws IOException {
        int end = bytes.limit();
        while (bytes.position() < end) {
            bytes.limit(Math.min(end, bytes.position() + WRITE_BYTES));
            channel.setOption(UnixSocketOptions.SO_SNDTIMEO, timeLeft(deadline));
            channel.write(bytes);
        }
    }

    private static int timeLeft(Deadline deadline) throws SocketTimeoutException {
        int millis = deadline.millisLeft();
        if (millis == 0) {
            throw new SocketTimeoutException("the deadline has passed");
        }
        return millis;
    }

    private static void refuseUnlessRetry(String call, long result) throws IOException {
        if (result != -SocketCalls.EAGAIN && result != -SocketCalls.EINTR) {
            throw new IOException(call + ": error " + -result);
        }
    }

    /** Lets nothing more come in; the thread that reads wakes and finds the end. */
    synchronized void shutDownInput() {
        shutDown(SocketCalls.SHUT_RD);
    }

    /** Lets nothing through any more; the thread that reads or writes wakes. */
    synchronized void shutDownAll() {
        shutDown(SocketCalls.SHUT_RDWR);
    }

    private void shutDown(int how) {
        if (!closed) {
            SocketCalls.shutDown(channel.getFD(), how);
        }
    }

    /** Wipes what is unread and closes. */
    @Override
    public synchronized void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        for (int i = 0; i < WINDOW_BYTES; i++) {
            window.clear().put(i, (byte) 0);
        }
        channel.close();
    }
}
