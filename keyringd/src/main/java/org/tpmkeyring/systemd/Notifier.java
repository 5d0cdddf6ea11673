// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.systemd;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import jnr.unixsocket.UnixDatagramChannel;
import jnr.unixsocket.UnixSocketAddress;

/**
 * Tells the service manager how the daemon is (sd_notify(3)): one datagram to the socket that NOTIFY_SOCKET
 * names. Without that variable nothing is sent. A notification that fails is logged and changes nothing.
 *
 * <p>A status is one line that {@code systemctl status} shows.
 */
public final class Notifier {
    private static final System.Logger LOG = System.getLogger(Notifier.class.getName());

    private final Optional<String> address;
    private final Optional<Duration> watchdog;

    private Notifier(Optional<String> address, Optional<Duration> watchdog) {
        this.address = address;
        this.watchdog = watchdog;
    }

    /**
     * @param environment of the process; {@code NOTIFY_SOCKET} is a path, or {@code @} and an abstract name
     * @param pid of this process: a watchdog may have been meant for another one
     */
    public static Notifier of(Map<String, String> environment, long pid) {
        Optional<String> address =
                Optional.ofNullable(environment.get("NOTIFY_SOCKET")).filter(name -> !name.isEmpty());
        return new Notifier(address, address.flatMap(there -> watchdog(environment, pid)));
    }

    /** sd_watchdog_enabled(3). */
    private static Optional<Duration> watchdog(Map<String, String> environment, long pid) {
        String me = String.valueOf(pid);
        String micros = environment.getOrDefault("WATCHDOG_USEC", "");
        if (!me.equals(environment.getOrDefault("WATCHDOG_PID", me)) || !micros.matches("[1-9][0-9]{0,15}")) {
            return Optional.empty();
        }
        return Optional.of(Duration.of(Long.parseLong(micros), ChronoUnit.MICROS));
    }

    /** Time after which the service manager ends a service that does not say that it is alive; empty: never. */
    public Optional<Duration> watchdog() {
        return watchdog;
    }

    /** Start-up is done: requests are answered from now on. */
    public void ready(String status) {
        send("READY=1\nSTATUS=" + line(status));
    }

    /** The daemon is alive: starts the watchdog's time again. */
    public void alive(String status) {
        send("WATCHDOG=1\nSTATUS=" + line(status));
    }

    /** How things are, without a sign of life. */
    public void status(String status) {
        send("STATUS=" + line(status));
    }

    /** The daemon is going down. */
    public void stopping() {
        send("STOPPING=1\nSTATUS=stopping");
    }

    /**
     * The daemon could not start.
     *
     * @param errno error number that comes next to the reason (errno(3))
     */
    public void failed(int errno, String reason) {
        send("ERRNO=" + errno + "\nSTATUS=" + line(reason));
    }

    private static String line(String text) {
        return text.replace('\n', ' ');
    }

    private void send(String state) {
        if (address.isEmpty()) {
            return;
        }
        String name = address.get();
        String path = name.startsWith("@") ? "\0" + name.substring(1) : name;
        try (UnixDatagramChannel channel = UnixDatagramChannel.open()) {
            channel.send(ByteBuffer.wrap(state.getBytes(StandardCharsets.UTF_8)), new UnixSocketAddress(path));
        } catch (IOException e) {
            String what = state.lines().findFirst().orElse("");
            LOG.log(System.Logger.Level.WARNING, "the service manager at " + name + " could not be told " + what, e);
        }
    }
}
