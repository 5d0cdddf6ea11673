// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.tests;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.tpmkeyring.protocol.wire.CallMessage;
import org.tpmkeyring.protocol.wire.MalformedMessageException;
import org.tpmkeyring.protocol.wire.ReplyMessage;
import org.tpmkeyring.protocol.wire.SecretFrames;

/** A connection to the daemon that minds no rule. */
final class RawConnection implements AutoCloseable {
    private final SocketChannel channel;

    RawConnection(Path socket) throws IOException {
        channel = SocketChannel.open(UnixDomainSocketAddress.of(socket));
    }

    /** Sends bytes as they are. */
    void send(byte[] bytes) throws IOException {
        ByteBuffer rest = ByteBuffer.wrap(bytes);
        while (rest.hasRemaining()) {
            if (channel.write(rest) < 0) {
                throw new IOException("the connection is closed");
            }
        }
    }

    /** Sends text and the NUL that ends a message. */
    void sendMessage(String json) throws IOException {
        send((json + "\0").getBytes(StandardCharsets.UTF_8));
    }

    /** A call and its answer. */
    ReplyMessage call(String method, Map<String, Object> parameters, boolean upgrade) throws IOException {
        sendMessage(new String(
                new CallMessage(method, parameters, upgrade, false, false).toJson(), StandardCharsets.UTF_8));
        return reply();
    }

    /** The next message. */
    ReplyMessage reply() throws IOException {
        try {
            return ReplyMessage.parse(message());
        } catch (MalformedMessageException e) {
            throw new IOException(e);
        }
    }

    /** The next secret. */
    byte[] frame() throws IOException {
        return bytes(ByteBuffer.wrap(bytes(SecretFrames.HEADER_BYTES)).getInt());
    }

    private byte[] bytes(int count) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(count);
        while (bytes.hasRemaining()) {
            if (channel.read(bytes) < 0) {
                throw new IOException("the daemon closed within a frame");
            }
        }
        return bytes.array();
    }

    private byte[] message() throws IOException {
        ByteArrayOutputStream message = new ByteArrayOutputStream();
        ByteBuffer octet = ByteBuffer.allocate(1);
        while (channel.read(octet) == 1) {
            if (octet.get(0) == 0) {
                return message.toByteArray();
            }
            message.write(octet.get(0));
            octet.clear();
        }
        throw new IOException("the daemon closed after " + message);
    }

    /** Whether the daemon has ended the connection, after whatever it still had to say. */
    boolean isEndedByDaemon() throws IOException {
        ByteBuffer rest = ByteBuffer.allocate(1024);
        int read = 0;
        while (read >= 0) {
            rest.clear();
            try {
                read = channel.read(rest);
            } catch (IOException e) {
                return true;
            }
        }
        return true;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
