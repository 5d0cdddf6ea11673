// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.daemon;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
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

    private final Notifier notifier;
    private final Deque<AutoCloseable> resources = new ArrayDeque<>();
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

    /** Takes over the server, which stops before everything else. */
    synchronized void serving(SocketServer running) {
        server = running;
    }

    /**
     * Tells that requests are answered from now on.
     *
     * @param socket where
     */
    void ready(Configuration configuration, String socket) {
        LOG.log(
                System.Logger.Level.INFO,
                "ready at {0}, TPM {1}, vaults in {2}",
                socket,
                configuration.tpm2Device(),
                configuration.stateDirectory());
        notifier.ready();
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
