// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.KeyringException;

@Timeout(30)
final class BoundSocketTest {
    @TempDir
    Path directory;

    private static void assertRefused(Path path, ErrorKind kind, String reason) {
        assertThatThrownBy(() -> ListeningSocket.bind(path))
                .asInstanceOf(type(KeyringException.class))
                .satisfies(e -> {
                    assertThat(e.kind()).isEqualTo(kind);
                    assertThat(e.sentence()).contains(reason);
                });
    }

    @Test
    void everybodyMayConnect() throws IOException {
        Path path = directory.resolve("s");
        try (ListeningSocket socket = ListeningSocket.bind(path)) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                    .isEqualTo("rw-rw-rw-");
            socket.withdraw();
            assertThat(path).doesNotExist();
        }
    }

    @Test
    void aPathHasAtMost107Bytes() throws IOException {
        Path fitting = directory.resolve("x".repeat(107 - directory.toString().length() - 1));
        ListeningSocket.bind(fitting).close();
        assertRefused(
                Path.of(fitting + "x"), ErrorKind.BAD_ARGUMENT, "it has 108 bytes, a socket's path has at most 107");
        assertRefused(directory.resolve("\u00e9"), ErrorKind.BAD_ARGUMENT, "ASCII");
    }

    @Test
    void theDirectoryHasToBeThere() {
        assertRefused(directory.resolve("no/s"), ErrorKind.BAD_ARGUMENT, "there is no directory " + directory + "/no");
    }

    @Test
    void somethingElseIsNeverReplaced() throws IOException {
        Path file = Files.writeString(directory.resolve("file"), "precious");
        assertRefused(file, ErrorKind.BAD_ARGUMENT, "something else than a socket is there");
        assertThat(file).hasContent("precious");
        Path link = Files.createSymbolicLink(directory.resolve("link"), directory.resolve("nowhere"));
        assertRefused(link, ErrorKind.BAD_ARGUMENT, "something else than a socket is there");
        assertRefused(Files.createDirectory(directory.resolve("d")), ErrorKind.BAD_ARGUMENT, "something else");
    }

    @Test
    void theSocketOfADeadDaemonIsReplaced() throws IOException {
        Path path = directory.resolve("s");
        ServerSocketChannel.open(StandardProtocolFamily.UNIX)
                .bind(UnixDomainSocketAddress.of(path))
                .close();
        assertThat(path).exists();
        try (ListeningSocket socket = ListeningSocket.bind(path);
                TestClient client = new TestClient(path)) {
            socket.accept().close();
            assertThat(client.isClosedByServer()).isTrue();
        }
    }

    @Test
    void theSocketOfALiveDaemonIsLeftAlone() throws IOException {
        Path path = directory.resolve("s");
        try (ListeningSocket first = ListeningSocket.bind(path)) {
            assertRefused(path, ErrorKind.EXISTS, "a daemon that listens at '" + path + "' exists already");
            first.accept().close();
            try (TestClient client = new TestClient(path)) {
                first.accept().close();
                assertThat(client.isClosedByServer()).isTrue();
            }
        }
    }

    @Test
    void theSocketOfASuccessorIsNotUnlinked() throws IOException {
        Path path = directory.resolve("s");
        try (ListeningSocket first = ListeningSocket.bind(path)) {
            Files.move(path, directory.resolve("moved"));
            try (ListeningSocket second = ListeningSocket.bind(path)) {
                first.withdraw();
                assertThat(path).exists();
                second.withdraw();
                assertThat(path).doesNotExist();
            }
            first.withdraw();
        }
    }
}
