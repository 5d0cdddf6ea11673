// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.vm;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * The line to {@code vm-agent} in a guest: a virtio-serial port here, a unix socket there. One request at a time.
 * The protocol is described in {@code tests/vm/guest/vm-agent}.
 */
final class AgentPort implements AutoCloseable {
    private static final String CLOSED = "";

    /** Beside the time that the guest gives a script: its clock is slow, see {@link Hardware}. */
    private static final Duration GRACE = Duration.ofMinutes(10);

    private final SocketChannel channel;
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
    private int requests;

    /** Connects; the guest need not have come up yet. */
    AgentPort(Path socket) throws IOException {
        channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        channel.connect(UnixDomainSocketAddress.of(socket));
        Thread reader = new Thread(this::read, "agent-port");
        reader.setDaemon(true);
        reader.start();
    }

    private void read() {
        try (BufferedReader in = new BufferedReader(Channels.newReader(channel, StandardCharsets.US_ASCII))) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                lines.add(line);
            }
        } catch (IOException e) {
            // the guest is off; who waits is told below
        } finally {
            lines.add(CLOSED);
        }
    }

    /**
     * Waits until the agent says that it is there.
     *
     * @throws IOException when it does not in this time, or the machine went off
     */
    void awaitReady(Duration limit) throws IOException {
        if (!"READY".equals(next(limit))) {
            throw new IOException("the guest went off before its agent was there");
        }
    }

    /**
     * Runs a script and waits for its end.
     *
     * @throws IOException when there is no answer in this time and some more, or the machine went off
     */
    Answer run(String script, Duration limit) throws IOException {
        String id = Integer.toString(++requests);
        String encoded = Base64.getEncoder().encodeToString(script.getBytes(StandardCharsets.UTF_8));
        ByteBuffer line = StandardCharsets.US_ASCII.encode(id + " " + limit.toSeconds() + " " + encoded + "\n");
        while (line.hasRemaining()) {
            channel.write(line);
        }
        while (true) {
            String answer = next(limit.plus(GRACE));
            if (answer.equals(CLOSED)) {
                throw new IOException("the guest went off during: " + script);
            }
            String[] parts = answer.split(" ", -1);
            if (parts.length == 4 && parts[0].equals(id)) {
                return new Answer(script, Integer.parseInt(parts[1]), text(parts[2]), text(parts[3]));
            }
        }
    }

    private String next(Duration limit) throws IOException {
        try {
            String line = lines.poll(limit.toMillis(), TimeUnit.MILLISECONDS);
            if (line == null) {
                throw new IOException("no answer from the guest within " + limit.toSeconds() + " s");
            }
            return line;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    private static String text(String field) {
        return new String(Base64.getDecoder().decode(field.substring(1)), StandardCharsets.UTF_8).stripTrailing();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
