// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.client;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.KeyringException;

/** Tells in words why a connection did not come about. */
final class Unreachable {
    private Unreachable() {}

    /** Made from the state of the file, since the text of a socket error depends on the locale. */
    static KeyringException because(Path socket, IOException cause) {
        return at(socket, reason(socket, cause)).causedBy(cause).build();
    }

    static KeyringException.Builder at(Path socket, String reason) {
        return KeyringException.of(ErrorKind.DAEMON_UNREACHABLE)
                .with("socket", socket)
                .with("reason", reason);
    }

    private static String reason(Path socket, IOException cause) {
        try {
            BasicFileAttributes file = Files.readAttributes(socket, BasicFileAttributes.class);
            if (!file.isOther()) {
                return "this is not a socket";
            }
            if (!Files.isWritable(socket)) {
                return "you are not allowed to connect to it";
            }
            return cause instanceof java.net.ConnectException
                    ? "nobody listens there any more (connection refused)"
                    : String.valueOf(cause.getMessage());
        } catch (NoSuchFileException e) {
            return Files.exists(socket, LinkOption.NOFOLLOW_LINKS)
                    ? "it is a link that leads nowhere"
                    : "there is no such socket";
        } catch (AccessDeniedException e) {
            return "you are not allowed to look into " + socket.getParent();
        } catch (IOException e) {
            return String.valueOf(e.getMessage());
        }
    }
}
