// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.client;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import jdk.net.ExtendedSocketOptions;
import org.tpmkeyring.protocol.KeyringException;

/**
 * Refuses to exchange secrets with a stranger: a socket somewhere in {@code /tmp} may be anybody's. The
 * file has to belong to root or to ourselves, and so has the process that listens (SO_PEERCRED of
 * unix(7): with socket activation that is the service manager).
 */
final class PeerCheck {
    private static final Path SELF = Path.of("/proc/self");
    private static final String UID = "unix:uid";

    private PeerCheck() {}

    /**
     * @throws KeyringException DAEMON_UNREACHABLE, before anything was sent
     */
    static void demandTrusted(Path socket, SocketChannel channel) throws IOException {
        int fileOwner = (Integer) Files.getAttribute(socket, UID);
        if (fileOwner != 0 && fileOwner != (Integer) Files.getAttribute(SELF, UID)) {
            throw stranger(socket, "the socket belongs to uid " + Integer.toUnsignedString(fileOwner));
        }
        String listener =
                channel.getOption(ExtendedSocketOptions.SO_PEERCRED).user().getName();
        if (!"root".equals(listener) && !Files.getOwner(SELF).getName().equals(listener)) {
            throw stranger(socket, "the process that listens there runs as '" + listener + "'");
        }
    }

    private static KeyringException stranger(Path socket, String who) {
        return Unreachable.at(socket, who + ", neither root nor you, so no secret is exchanged with it")
                .with("hint", "ls -l " + socket)
                .build();
    }
}
