// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.tpmkeyring.protocol.wire.CallMessage;
import org.tpmkeyring.protocol.wire.MalformedMessageException;
import org.tpmkeyring.protocol.wire.MessageAssembler;
import org.tpmkeyring.protocol.wire.RecordCodec;
import org.tpmkeyring.protocol.wire.ReplyMessage;
import org.tpmkeyring.protocol.wire.SecretFrames;
import org.tpmkeyring.protocol.wire.SecretOffered;
import org.tpmkeyring.protocol.wire.SecretWanted;

/**
 * Stands in for keyringd: a Varlink server on a unix socket that answers from a script, secret dialogues
 * included. Secrets in here are test data, so they may be arrays.
 */
public final class FakeDaemon implements AutoCloseable {
    private final Path socket;
    private final ServerSocketChannel server;
    private final Script script;
    private final List<CallMessage> calls = new CopyOnWriteArrayList<>();
    private final List<Throwable> failures = new CopyOnWriteArrayList<>();

    /** Answers calls. */
    @FunctionalInterface
    public interface Script {
        /** The answer to a call; null closes the connection without one. */
        ReplyMessage answer(CallMessage call, Exchange exchange) throws IOException, MalformedMessageException;
    }

    private FakeDaemon(Path socket, ServerSocketChannel server, Script script) {
        this.socket = socket;
        this.server = server;
        this.script = script;
    }

    /** Listens at a path. */
    public static FakeDaemon at(Path socket, Script script) throws IOException {
        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(socket));
        FakeDaemon daemon = new FakeDaemon(socket, server, script);
        Thread thread = new Thread(daemon::serve, "fake keyringd");
        thread.setDaemon(true);
        thread.start();
        return daemon;
    }

    public Path socket() {
        return socket;
    }

    /** Every call that came in. */
    public List<CallMessage> calls() {
        return Collections.unmodifiableList(calls);
    }

    private void serve() {
        while (server.isOpen()) {
            try {
                SocketChannel client = server.accept();
                Thread thread = new Thread(() -> serve(client), "fake connection");
                thread.setDaemon(true);
                thread.start();
            } catch (IOException e) {
                failures.add(e);
            }
        }
    }

    private void serve(SocketChannel client) {
        try (client) {
            answer(new Exchange(client));
        } catch (IOException | MalformedMessageException e) {
            failures.add(e);
        }
    }

    private void answer(Exchange exchange) throws IOException, MalformedMessageException {
        Optional<byte[]> message = exchange.message();
        if (message.isEmpty()) {
            return;
        }
        CallMessage call = CallMessage.parse(message.get());
        calls.add(call);
        ReplyMessage reply = script.answer(call, exchange);
        if (reply != null) {
            exchange.send(reply);
        }
    }

    @Override
    public void close() {
        try {
            server.close();
            Files.deleteIfExists(socket);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The server's end of one connection. */
    public static final class Exchange {
        private final SocketChannel client;
        private final MessageAssembler assembler = new MessageAssembler(1 << 16);
        private final ByteBuffer incoming = ByteBuffer.allocate(4096).limit(0);

        Exchange(SocketChannel client) {
            this.client = client;
        }

        /** Asks for a secret. */
        public byte[] want(String label, int maxBytes) throws IOException, MalformedMessageException {
            send(ReplyMessage.step(RecordCodec.toTree(new SecretWanted(label, maxBytes))));
            return frame();
        }

        /** Hands a secret out in the same write as its announcement, and waits until it is confirmed. */
        public void offer(String label, byte[] secret) throws IOException, MalformedMessageException {
            byte[] json = ReplyMessage.step(RecordCodec.toTree(new SecretOffered(label)))
                    .toJson();
            ByteBuffer both = ByteBuffer.allocate(json.length + 1 + SecretFrames.HEADER_BYTES + secret.length);
            both.put(json).put((byte) 0);
            SecretFrames.putHeader(both, secret.length);
            write(both.put(secret).flip());
            if (frame().length != 0) {
                throw new IOException("the confirmation is not empty");
            }
        }

        /** Sends bytes as they are. */
        public void write(ByteBuffer bytes) throws IOException {
            while (bytes.hasRemaining()) {
                client.write(bytes);
            }
        }

        void send(ReplyMessage message) throws IOException {
            byte[] json = message.toJson();
            write(ByteBuffer.allocate(json.length + 1).put(json).put((byte) 0).flip());
        }

        /** The next message of the client; empty when it goes away. */
        public Optional<byte[]> message() throws IOException, MalformedMessageException {
            Optional<byte[]> message = assembler.take(incoming);
            while (message.isEmpty()) {
                if (!fill()) {
                    return Optional.empty();
                }
                message = assembler.take(incoming);
            }
            return message;
        }

        private byte[] frame() throws IOException, MalformedMessageException {
            ByteBuffer header = ByteBuffer.wrap(bytes(SecretFrames.HEADER_BYTES));
            return bytes(SecretFrames.takeLength(header));
        }

        private byte[] bytes(int count) throws IOException {
            byte[] bytes = new byte[count];
            for (int i = 0; i < count; i++) {
                while (!incoming.hasRemaining()) {
                    if (!fill()) {
                        throw new IOException("the client went away");
                    }
                }
                bytes[i] = incoming.get();
            }
            return bytes;
        }

        private boolean fill() throws IOException {
            incoming.clear();
            int count = client.read(incoming);
            incoming.flip();
            return count >= 0;
        }
    }
}
