// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.daemon;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.tpmkeyring.concurrent.Pulse;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.KeyringException;
import org.tpmkeyring.server.SocketServer;
import org.tpmkeyring.systemd.Notifier;

/**
 * The daemon from its first answer to its last: says that it is ready, and on the way down stops the server
 * first and what the server's calls need afterwards, the last opened first. Stops once, whoever asks.
 */
final class Lifecycle {
    private static final System.Logger LOG = System.getLogger(Lifecycle.class.getName());
    private static final Duration GRACE = Duration.ofSeconds(4);
    private static final Duration LATEST = Duration.ofSeconds(7);

    /** include/uapi/asm-generic/errno-base.h and errno.h. */
    private static final int EPERM = 1;

    private static final int EIO = 5;
    private static final int EBUSY = 16;
    private static final int EINVAL = 22;
    private static final int ENOSYS = 38;

    private final Notifier notifier;
    private final Deque<AutoCloseable> resources = new ArrayDeque<>();
    private final Map<String, Pulse> pulses = new LinkedHashMap<>();
    private Supplier<String> status = () -> "";
    private SocketServer server;
    private boolean stopped;

    Lifecycle(Notifier notifier) {
        this.notifier = notifier;
    }

    /** Keeps a resource open until the end. Gives it back. */
    synchronized <T extends AutoCloseable> T keep(T resource) {
        resources.push(resource);
        return resource;
    }

    /** Has the watchdog look after it. */
    synchronized void watch(String name, Pulse pulse) {
        pulses.put(name, pulse);
    }

    /**
     * Takes the line that {@code systemctl status} shows.
     *
     * @param line asked for now and then; must not block
     */
    synchronized void describe(Supplier<String> line) {
        status = line;
    }

    /** Takes over the server, which stops before everything else. */
    synchronized void serving(SocketServer running) {
        server = running;
    }

    /**
     * Tells that requests are answered from now on.
     *
     * @param socket where
     */
    synchronized void ready(Configuration configuration, String socket) {
        LOG.log(
                System.Logger.Level.INFO,
                "ready at {0}, TPM {1}, vaults in {2}",
                socket,
                configuration.tpm2Device(),
                configuration.stateDirectory());
        notifier.ready(status.get());
        Watchdog.start(notifier, pulses, status).ifPresent(this::keep);
    }

    /** Tells why there is nothing to be ready for. */
    void failed(KeyringException why) {
        notifier.failed(errno(why.kind()), why.sentence());
    }

    /**
     * Stops on SIGTERM and SIGINT (and SIGHUP), and then ends the process with status 0: the JVM by itself would
     * make a clean stop look like a death by signal.
     */
    void stopOnSignal() {
        Runtime.getRuntime().addShutdownHook(new Thread(this::stopAndEnd, "stop"));
    }

    /** A resource that does not close, such as a TPM that hangs, keeps the process no longer than 7 s. */
    private void stopAndEnd() {
        Thread stopping = new Thread(this::stop, "stopping");
        stopping.setDaemon(true);
        stopping.start();
        try {
            stopping.join(LATEST.toMillis());
        } catch (InterruptedException e) {
            LOG.log(System.Logger.Level.WARNING, "interrupted while stopping");
        }
        Runtime.getRuntime().halt(0);
    }

    /** Stops accepting, lets calls under way end within 4 s, closes everything. Throws nothing. */
    synchronized void stop() {
        if (stopped) {
            return;
        }
        stopped = true;
        notifier.stopping();
        if (server != null) {
            server.stop(GRACE);
        }
        resources.forEach(Lifecycle::close);
        LOG.log(server == null ? System.Logger.Level.DEBUG : System.Logger.Level.INFO, "stopped");
    }

    /** The error number (errno(3)) that comes next to what kept the daemon from starting. */
    private static int errno(ErrorKind kind) {
        return switch (kind) {
            case VAULT_UNSAFE_FILE -> EPERM;
            case EXISTS -> EBUSY;
            case BAD_ARGUMENT -> EINVAL;
            case NOT_SUPPORTED -> ENOSYS;
            default -> EIO;
        };
    }

    private static void close(AutoCloseable resource) {
        try {
            resource.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Exception e) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "closing " + resource.getClass().getSimpleName() + " failed",
                    e);
        }
    }
}
