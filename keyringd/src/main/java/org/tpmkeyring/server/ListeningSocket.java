// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.server;

import java.io.IOException;
import java.nio.file.Path;
import jnr.unixsocket.UnixSocketChannel;
import org.tpmkeyring.protocol.KeyringException;

/**
 * The socket in the file system that clients connect to (unix(7)). One thread accepts and closes; any thread may
 * withdraw and wake.
 */
public interface ListeningSocket extends AutoCloseable {
    /**
     * Binds and listens. Everybody may connect; who may do what is decided by uid.
     *
     * @param path in an existing directory, at most 107 bytes; a dead daemon's socket is replaced
     * @throws KeyringException BAD_ARGUMENT when the path cannot be used, EXISTS when somebody listens there
     */
    static ListeningSocket bind(Path path) {
        return BoundSocket.bind(path, BoundSocket.EVERYBODY);
    }

    /** The same for the daemon's own uid, and root, alone. */
    static ListeningSocket bindForOwner(Path path) {
        return BoundSocket.bind(path, BoundSocket.OWNER);
    }

    /**
     * Takes over a socket that the service manager bound and keeps: its name and the connections that wait at
     * it stay when this one is closed.
     *
     * @param descriptor closed with this, also where this throws
     * @param name that the service manager gave it, for messages
     * @throws KeyringException BAD_ARGUMENT when that is no listening stream socket of AF_UNIX
     */
    static ListeningSocket adopt(int descriptor, String name) {
        return AdoptedSocket.of(descriptor, name);
    }

    /** Path where clients find it, for messages. */
    String place();

    /** Waits for the next connection. Fails once {@link #wake} was called. */
    UnixSocketChannel accept() throws IOException;

    /** Lets nobody new find it, where it is this process's to say so. */
    void withdraw() throws IOException;

    /** Makes {@link #accept} fail, now and from now on. The accepting thread then closes. */
    void wake();

    @Override
    void close() throws IOException;
}
