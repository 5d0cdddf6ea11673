// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import org.tpmkeyring.protocol.wire.MalformedMessageException;
import org.tpmkeyring.protocol.wire.ReplyMessage;

/** A client over the JDK's own sockets, which shares no code with the server's side of the socket. */
final class TestClient implements AutoCloseable {
    private final SocketChannel channel;

    TestClient(Path socket) throws IOException {
        channel = SocketChannel.open(UnixDomainSocketAddress.of(socket));
    }

    void sendBytes(byte... bytes) throws IOException {
        ByteBuffer left = ByteBuffer.wrap(bytes);
        while (left.hasRemaining()) {
            channel.write(left);
        }
    }

    /** Text and a NUL. */
    void send(String json) throws IOException {
        sendBytes((json + "\0").getBytes(UTF_8));
    }

    void endOutput() throws IOException {
        channel.shutdownOutput();
    }

    ReplyMessage read() throws IOException, MalformedMessageException {
        return ReplyMessage.parse(readText().getBytes(UTF_8));
    }

    String readText() throws IOException {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        while (true) {
            int next = readByte();
            if (next == 0) {
                return text.toString(UTF_8);
            }
            if (next < 0) {
                throw new EOFException("closed after '" + text.toString(UTF_8) + "'");
            }
            text.write(next);
        }
    }

    ReplyMessage call(String json) throws IOException, MalformedMessageException {
        send(json);
        return read();
    }

    byte[] readBytes(int count) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(count);
        while (bytes.hasRemaining()) {
            if (channel.read(bytes) < 0) {
                throw new EOFException("closed after " + bytes.position() + " of " + count + " bytes");
            }
        }
        return bytes.array();
    }

    /** Waits for the end; whatever else comes is a failure. A reset is an end too. */
    boolean isClosedByServer() throws IOException {
        return readByte() < 0;
    }

    private int readByte() throws IOException {
        ByteBuffer one = ByteBuffer.allocate(1);
        try {
            return channel.read(one) < 0 ? -1 : Byte.toUnsignedInt(one.get(0));
        } catch (IOException e) {
            if (String.valueOf(e.getMessage()).contains("reset")) {
                return -1;
            }
            throw e;
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
