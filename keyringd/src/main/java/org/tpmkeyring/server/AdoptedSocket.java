// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.server;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import jnr.unixsocket.UnixSocketChannel;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.KeyringException;
import org.tpmkeyring.server.binding.ListenCalls;
import org.tpmkeyring.server.binding.SocketCalls;

/**
 * A listening socket that was passed to the process (sd_listen_fds(3)). The service manager holds the same one,
 * and so will the next daemon: it is never shut down, and what waits in its queue is left there. So the accepting
 * thread is woken by an eventfd, not by the socket.
 *
 * <p>jnr-unixsocket adopts connected sockets only ({@link UnixSocketChannel#fromFD}), hence accept4(2) by JNA.
 */
final class AdoptedSocket implements ListeningSocket {
    private final int descriptor;
    private final int alarm;
    private final String place;
    private boolean closed;

    private AdoptedSocket(int descriptor, int alarm, String place) {
        this.descriptor = descriptor;
        this.alarm = alarm;
        this.place = place;
    }

    static AdoptedSocket of(int descriptor, String name) {
        try {
            require(descriptor, name, ListenCalls.SO_DOMAIN, ListenCalls.AF_UNIX, "it is no unix socket");
            require(descriptor, name, ListenCalls.SO_TYPE, ListenCalls.SOCK_STREAM, "it is no stream socket");
            require(descriptor, name, ListenCalls.SO_ACCEPTCONN, 1, "it does not listen");
            check(descriptor, name, ListenCalls.closeOnExec(descriptor), "fcntl");
            int alarm = check(descriptor, name, ListenCalls.newEvent(), "eventfd");
            return new AdoptedSocket(descriptor, alarm, ListenCalls.path(descriptor));
        } catch (KeyringException e) {
            ListenCalls.closeDescriptor(descriptor);
            throw e;
        }
    }

    private static void require(int descriptor, String name, int option, int wanted, String otherwise) {
        int value = check(descriptor, name, ListenCalls.option(descriptor, option), "getsockopt");
        if (value != wanted) {
            throw refusal(descriptor, name, otherwise);
        }
    }

    private static int check(int descriptor, String name, int result, String call) {
        if (result < 0) {
            throw refusal(descriptor, name, call + " failed with error " + -result);
        }
        return result;
    }

    private static KeyringException refusal(int descriptor, String name, String reason) {
        return KeyringException.of(ErrorKind.BAD_ARGUMENT)
                .with("argument", "socket '" + name + "' of the service manager (descriptor " + descriptor + ")")
                .with("reason", reason)
                .with("hint", "systemctl cat keyringd.socket keyringd-cryptsetup.socket")
                .build();
    }

    @Override
    public String place() {
        return place;
    }

    @Override
    public UnixSocketChannel accept() throws IOException {
        while (true) {
            int ready = ListenCalls.awaitEither(descriptor, alarm);
            if (ready == alarm) {
                throw new ClosedChannelException();
            }
            int result = ready < 0 ? ready : ListenCalls.accept(descriptor);
            if (result >= 0) {
                return UnixSocketChannel.fromFD(result);
            }
            if (!passes(-result)) {
                throw new IOException("accept: error " + -result);
            }
        }
    }

    /** EAGAIN: somebody else was quicker at a socket that does not block. */
    private static boolean passes(int errno) {
        return errno == SocketCalls.EINTR || errno == SocketCalls.EAGAIN || errno == ListenCalls.ECONNABORTED;
    }

    /** The name belongs to the service manager, which goes on listening. */
    @Override
    public void withdraw() {}

    @Override
    public synchronized void wake() {
        if (!closed) {
            ListenCalls.raise(alarm);
        }
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            ListenCalls.closeDescriptor(alarm);
            ListenCalls.closeDescriptor(descriptor);
        }
    }
}
