// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.daemon;

import java.util.Map;
import java.util.Optional;
import org.tpmkeyring.authz.Authorizer;
import org.tpmkeyring.protocol.KeyringException;
import org.tpmkeyring.server.AuditLog;
import org.tpmkeyring.server.Dispatcher;
import org.tpmkeyring.server.ListeningSocket;
import org.tpmkeyring.server.ServerLimits;
import org.tpmkeyring.server.SocketServer;
import org.tpmkeyring.server.VolumeKeyServer;
import org.tpmkeyring.service.Handlers;
import org.tpmkeyring.systemd.JournalLogger;
import org.tpmkeyring.systemd.JournalTrail;
import org.tpmkeyring.systemd.Notifier;
import org.tpmkeyring.systemd.PassedDescriptor;

/** Starts the daemon: command line, configuration, use cases, socket, in this order. */
final class Daemon {
    /** No exit status: the daemon serves until a signal comes. */
    static final int SERVING = -1;

    private static final System.Logger LOG = System.getLogger(Daemon.class.getName());
    private static final int USAGE = 2;

    /** include/uapi/asm-generic/errno-base.h. */
    private static final int EINVAL = 22;

    private static final long PID = ProcessHandle.current().pid();

    private final UseCases useCases;

    Daemon(UseCases useCases) {
        this.useCases = useCases;
    }

    /** Makes the use cases and whatever they need. */
    @FunctionalInterface
    interface UseCases {
        /**
         * @param lifecycle keeps what has to be closed at the end
         * @param processes descriptors of processes that the daemon before held, by lease; taken over
         */
        Service open(Configuration configuration, Lifecycle lifecycle, Map<String, Integer> processes);
    }

    /**
     * What is served.
     *
     * @param handlers of the methods
     * @param volumeKeys keys for systemd-cryptsetup; empty for a daemon that has none
     */
    record Service(Handlers handlers, Optional<VolumeKeyServer.Source> volumeKeys) {}

    /**
     * Does what the command line says.
     *
     * @return exit status, or {@link #SERVING}
     */
    int run(String... arguments) {
        try {
            CommandLine line = CommandLine.parse(arguments);
            return switch (line.action()) {
                case HELP -> answer(CommandLine.HELP);
                case VERSION -> answer("keyringd " + Version.text());
                case SERVE -> serve(line.configuration());
            };
        } catch (ConfigurationException e) {
            Notifier.of(System.getenv(), PID).failed(EINVAL, e.getMessage());
            LOG.log(System.Logger.Level.ERROR, e.getMessage());
            return USAGE;
        }
    }

    private static int answer(String text) {
        StandardOutput.answer(text);
        return 0;
    }

    private int serve(Configuration configuration) {
        JournalLogger.setThreshold(configuration.logLevel());
        Lifecycle lifecycle = new Lifecycle(Notifier.of(System.getenv(), PID));
        try {
            ActivatedSockets activated = new ActivatedSockets(PassedDescriptor.in(System.getenv(), PID));
            Service service = useCases.open(configuration, lifecycle, activated.takeProcesses());
            ListeningSocket socket = activated
                    .take(ActivatedSockets.VARLINK)
                    .orElseGet(() -> ListeningSocket.bind(configuration.socket()));
            service.volumeKeys().ifPresent(keys -> lifecycle.keep(serveKeys(configuration, keys, activated)));
            activated.closeOthers();
            lifecycle.serving(serve(configuration, service.handlers(), socket));
            lifecycle.stopOnSignal();
            lifecycle.ready(configuration, socket.place());
            return SERVING;
        } catch (KeyringException e) {
            lifecycle.failed(e);
            lifecycle.stop();
            LOG.log(System.Logger.Level.ERROR, e.sentence());
            LOG.log(System.Logger.Level.ERROR, "hint: " + e.hint());
            return e.kind().exitCode();
        }
    }

    private static VolumeKeyServer serveKeys(
            Configuration configuration, VolumeKeyServer.Source keys, ActivatedSockets activated) {
        ListeningSocket socket = activated
                .take(ActivatedSockets.CRYPTSETUP)
                .orElseGet(() -> ListeningSocket.bindForOwner(configuration.cryptsetupSocket()));
        return VolumeKeyServer.start(socket, keys, new AuditLog(JournalTrail.ofThisProcess()));
    }

    private static SocketServer serve(Configuration configuration, Handlers handlers, ListeningSocket socket) {
        AuditLog audit = new AuditLog(JournalTrail.ofThisProcess());
        Authorizer authorizer = new Authorizer(configuration.users());
        Dispatcher dispatcher = new Dispatcher(handlers, authorizer, audit, Version.text());
        return SocketServer.start(socket, dispatcher, ServerLimits.standard());
    }
}
