// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.client;

import java.io.IOException;
import java.net.ConnectException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.KeyringException;

/** Tells in words why a connection did not come about, or did not last. */
final class Unreachable {
    private Unreachable() {}

    /** Made from the state of the file, since the text of a socket error depends on the locale. */
    static KeyringException because(Path socket, ServiceUnits units, IOException cause) {
        KeyringException refusal = examined(socket, cause).causedBy(cause).build();
        return units.start(socket).map(hint -> refusal.with("hint", hint)).orElse(refusal);
    }

    /** The daemon ended, or ended the connection, in the middle of a call. */
    static KeyringException lost(Path socket, ServiceUnits units, IOException cause) {
        KeyringException refusal = at(socket, "the connection was lost before the answer came")
                .causedBy(cause)
                .build();
        return units.log().map(hint -> refusal.with("hint", hint)).orElse(refusal);
    }

    /** The same after calls were repeated until patience ended. */
    static KeyringException still(KeyringException last) {
        KeyringException.Builder refusal = KeyringException.of(last.kind()).causedBy(last);
        last.fields().forEach(refusal::with);
        return refusal.with(
                        "reason",
                        last.fields().get("reason") + ", again and again for " + Patience.LIMIT.toSeconds() + " s")
                .build();
    }

    static KeyringException.Builder at(Path socket, String reason) {
        return KeyringException.of(ErrorKind.DAEMON_UNREACHABLE)
                .with("socket", socket)
                .with("reason", reason);
    }

    private static KeyringException.Builder examined(Path socket, IOException cause) {
        try {
            BasicFileAttributes file = Files.readAttributes(socket, BasicFileAttributes.class);
            if (!file.isOther()) {
                return lookAt(socket, at(socket, "this is not a socket"));
            }
            if (!Files.isWritable(socket)) {
                return lookAt(socket, at(socket, "you are not allowed to connect to it"));
            }
            return at(
                    socket,
                    cause instanceof ConnectException
                            ? "nobody listens there any more (connection refused)"
                            : String.valueOf(cause.getMessage()));
        } catch (NoSuchFileException e) {
            return Files.exists(socket, LinkOption.NOFOLLOW_LINKS)
                    ? lookAt(socket, at(socket, "it is a link that leads nowhere"))
                    : at(socket, "there is no such socket");
        } catch (AccessDeniedException e) {
            Path directory = socket.toAbsolutePath().getParent();
            return lookAt(directory, at(socket, "you are not allowed to look into " + directory));
        } catch (IOException e) {
            return at(socket, String.valueOf(e.getMessage()));
        }
    }

    /** Where a daemon could be started a hundred times without any use. */
    private static KeyringException.Builder lookAt(Path file, KeyringException.Builder refusal) {
        return refusal.with("hint", "ls -ld " + file);
    }
}
