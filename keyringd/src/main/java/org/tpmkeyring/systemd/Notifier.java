// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.systemd;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import jnr.unixsocket.UnixDatagramChannel;
import jnr.unixsocket.UnixSocketAddress;

/**
 * Tells the service manager how the daemon is (sd_notify(3)): one datagram to the socket that NOTIFY_SOCKET
 * names. Without that variable nothing is sent. A notification that fails is logged and changes nothing.
 */
public final class Notifier {
    private static final System.Logger LOG = System.getLogger(Notifier.class.getName());

    private final Optional<String> address;

    private Notifier(Optional<String> address) {
        this.address = address;
    }

    /**
     * @param environment of the process; {@code NOTIFY_SOCKET} is a path, or {@code @} and an abstract name
     */
    public static Notifier of(Map<String, String> environment) {
        return new Notifier(
                Optional.ofNullable(environment.get("NOTIFY_SOCKET")).filter(name -> !name.isEmpty()));
    }

    /** Start-up is done: requests are answered from now on. */
    public void ready() {
        send("READY=1");
    }

    /** The daemon is going down. */
    public void stopping() {
        send("STOPPING=1");
    }

    private void send(String state) {
        if (address.isEmpty()) {
            return;
        }
        String name = address.get();
        String path = name.startsWith("@") ? "\0" + name.substring(1) : name;
        try (UnixDatagramChannel channel = UnixDatagramChannel.open()) {
            channel.send(ByteBuffer.wrap(state.getBytes(StandardCharsets.US_ASCII)), new UnixSocketAddress(path));
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "the service manager at " + name + " could not be told " + state, e);
        }
    }
}
