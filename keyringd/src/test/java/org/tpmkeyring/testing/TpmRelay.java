// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.testing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.tpmkeyring.protocol.value.Bytes;

/**
 * Somebody on the bus: a unix socket in front of a software TPM that passes every command and response on and
 * writes all of them down. Use its {@link #tcti()} in place of the TPM's. The control socket beside it is a link to
 * the TPM's own.
 */
public final class TpmRelay implements AutoCloseable {
    private static final int HEADER_BYTES = 10;
    private static final int MAX_MESSAGE_BYTES = 4096;

    private final Path directory;
    private final Path target;
    private final ServerSocketChannel server;
    private final List<Exchange> exchanges = new ArrayList<>();
    private volatile Change change = Exchange::response;

    /**
     * One command and its response, with headers.
     *
     * @param command bytes to the TPM
     * @param response bytes from the TPM
     */
    public record Exchange(Bytes command, Bytes response) {
        /** TPM_CC. */
        public int commandCode() {
            return codeOf(command);
        }

        /** TPM_RC. */
        public int responseCode() {
            return codeOf(response);
        }
    }

    /** What an interposer makes of a response. */
    @FunctionalInterface
    public interface Change {
        Bytes apply(Exchange exchange);
    }

    private static int codeOf(Bytes message) {
        return ByteBuffer.wrap(message.toArray()).getInt(6);
    }

    private TpmRelay(Path directory, Path target, ServerSocketChannel server) {
        this.directory = directory;
        this.target = target;
        this.server = server;
    }

    /** In front of this TPM. */
    public static TpmRelay before(Swtpm swtpm) throws IOException {
        Path directory = Files.createTempDirectory("relay-");
        Files.createSymbolicLink(
                directory.resolve("tpm.ctrl"), Path.of(swtpm.socket().toString() + ".ctrl"));
        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(directory.resolve("tpm")));
        TpmRelay relay = new TpmRelay(directory, swtpm.socket(), server);
        Thread thread = new Thread(relay::serve, "tpm-relay");
        thread.setDaemon(true);
        thread.start();
        return relay;
    }

    /** What {@code --tpm2-device} takes. */
    public String tcti() {
        return "swtpm:path=" + directory.resolve("tpm");
    }

    /** All exchanges so far, or since {@link #forget()}. */
    public List<Exchange> exchanges() {
        synchronized (exchanges) {
            return List.copyOf(exchanges);
        }
    }

    /** Forgets what it has recorded. */
    public void forget() {
        synchronized (exchanges) {
            exchanges.clear();
        }
    }

    /** From now on responses are changed on their way. */
    public void changeResponses(Change newChange) {
        change = newChange;
    }

    /** Everything that went over the bus, both directions, end to end. */
    public byte[] traffic() {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (Exchange exchange : exchanges()) {
            all.writeBytes(exchange.command().toArray());
            all.writeBytes(exchange.response().toArray());
        }
        return all.toByteArray();
    }

    /** Whether any run of this many bytes of a secret went over the bus. */
    public boolean carried(byte[] secret, int runBytes) {
        String heard = HexFormat.of().formatHex(traffic());
        for (int start = 0; start + runBytes <= secret.length; start++) {
            String run = HexFormat.of().formatHex(secret, start, start + runBytes);
            int at = heard.indexOf(run);
            while (at >= 0) {
                if (at % 2 == 0) {
                    return true;
                }
                at = heard.indexOf(run, at + 1);
            }
        }
        return false;
    }

    private void serve() {
        try {
            while (true) {
                try (SocketChannel client = server.accept()) {
                    relay(client);
                }
            }
        } catch (ClosedChannelException e) {
            System.getLogger("relay").log(System.Logger.Level.TRACE, "closed", e);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** One connection: tpm2-tss makes one for each command, and one without any to see that there is a TPM. */
    private void relay(SocketChannel client) throws IOException {
        Bytes command = message(client);
        while (command != null) {
            try (SocketChannel tpm = SocketChannel.open(UnixDomainSocketAddress.of(target))) {
                write(tpm, command);
                Bytes response = message(tpm);
                if (response == null) {
                    return;
                }
                Exchange exchange = new Exchange(command, response);
                synchronized (exchanges) {
                    exchanges.add(exchange);
                }
                write(client, change.apply(exchange));
            } catch (java.net.ConnectException e) {
                System.getLogger("relay").log(System.Logger.Level.DEBUG, "no TPM behind the relay", e);
                return;
            }
            command = message(client);
        }
    }

    private static void write(SocketChannel to, Bytes message) throws IOException {
        ByteBuffer rest = ByteBuffer.wrap(message.toArray());
        while (rest.hasRemaining()) {
            if (to.write(rest) < 0) {
                throw new IOException("the other side is gone");
            }
        }
    }

    /** One TPM message, whose header says how long it is; nothing at the end of the stream. */
    private static Bytes message(SocketChannel from) throws IOException {
        ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES);
        if (!fill(from, header)) {
            return null;
        }
        int size = header.getInt(2);
        if (size < HEADER_BYTES || size > MAX_MESSAGE_BYTES) {
            throw new IOException("no TPM message: " + size + " bytes");
        }
        ByteBuffer message = ByteBuffer.allocate(size).put(header.flip());
        if (!fill(from, message)) {
            throw new IOException("half a TPM message");
        }
        return Bytes.copyOf(message.array());
    }

    private static boolean fill(SocketChannel from, ByteBuffer buffer) throws IOException {
        while (buffer.hasRemaining()) {
            if (from.read(buffer) < 0) {
                return false;
            }
        }
        return true;
    }

    @Override
    public void close() throws IOException {
        server.close();
        Files.deleteIfExists(directory.resolve("tpm.ctrl"));
        Files.deleteIfExists(directory.resolve("tpm"));
        Files.delete(directory);
    }
}
