// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.daemon;

import org.tpmkeyring.authz.Authorizer;
import org.tpmkeyring.protocol.KeyringException;
import org.tpmkeyring.server.AuditLog;
import org.tpmkeyring.server.Dispatcher;
import org.tpmkeyring.server.ListeningSocket;
import org.tpmkeyring.server.ServerLimits;
import org.tpmkeyring.server.SocketServer;
import org.tpmkeyring.service.Handlers;
import org.tpmkeyring.systemd.JournalLogger;
import org.tpmkeyring.systemd.JournalTrail;
import org.tpmkeyring.systemd.Notifier;
import org.tpmkeyring.systemd.PassedDescriptor;

/** Starts the daemon: command line, configuration, use cases, socket, in this order. */
final class Daemon {
    /** No exit status: the daemon serves until a signal comes. */
    static final int SERVING = -1;

    private static final int USAGE = 2;
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
         */
        Handlers open(Configuration configuration, Lifecycle lifecycle);
    }

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
            StandardOutput.complain(e.getMessage());
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
            Handlers handlers = useCases.open(configuration, lifecycle);
            ListeningSocket socket = activated
                    .take(ActivatedSockets.VARLINK)
                    .orElseGet(() -> ListeningSocket.bind(configuration.socket()));
            activated.closeOthers();
            lifecycle.serving(serve(configuration, handlers, socket));
            lifecycle.stopOnSignal();
            lifecycle.ready(configuration, socket.place());
            return SERVING;
        } catch (KeyringException e) {
            lifecycle.failed(e);
            lifecycle.stop();
            StandardOutput.complain(e.sentence());
            StandardOutput.complain("hint: " + e.hint());
            return e.kind().exitCode();
        }
    }

    private static SocketServer serve(Configuration configuration, Handlers handlers, ListeningSocket socket) {
        AuditLog audit = new AuditLog(JournalTrail.ofThisProcess());
        Authorizer authorizer = new Authorizer(configuration.users());
        Dispatcher dispatcher = new Dispatcher(handlers, authorizer, audit, Version.text());
        return SocketServer.start(socket, dispatcher, ServerLimits.standard());
    }
}
