// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.tpmkeyring.authz.Authorizer;
import org.tpmkeyring.authz.UserRange;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.KeyringException;
import org.tpmkeyring.protocol.api.DoorInfo;
import org.tpmkeyring.protocol.api.DoorState;
import org.tpmkeyring.protocol.api.Explain;
import org.tpmkeyring.protocol.api.Status;
import org.tpmkeyring.protocol.api.TpmInfo;
import org.tpmkeyring.protocol.api.TpmState;
import org.tpmkeyring.service.Handlers;

/** A real server on a socket in a directory of its own, with a few handlers. */
final class TestServer implements AutoCloseable {
    static final ServerLimits PATIENT =
            new ServerLimits(8, 64, 16, Duration.ofSeconds(30), Duration.ofSeconds(5), Duration.ofSeconds(20));

    static final DoorInfo DOOR = new DoorInfo(DoorState.OPEN, Optional.of(15), Optional.empty());

    static final String STATUS = "{\"method\":\"org.tpmkeyring.Status\"}";

    final Path directory;
    final Path socket;
    final RecordedTrail log = new RecordedTrail();
    private final SocketServer server;

    TestServer(ServerLimits limits, Handlers handlers) throws IOException {
        directory = Files.createTempDirectory("server");
        Files.setPosixFilePermissions(directory, java.nio.file.attribute.PosixFilePermissions.fromString("rwxr-xr-x"));
        socket = directory.resolve("s");
        Authorizer authorizer = new Authorizer(new UserRange(1, (1L << 32) - 2));
        server = SocketServer.start(
                ListeningSocket.bind(socket), new Dispatcher(handlers, authorizer, new AuditLog(log), "1.2.3"), limits);
    }

    /** Status answers, Explain finds no vault, TpmInfo has a bug. */
    static Handlers handlers() {
        return new Handlers()
                .add(Status.METHOD, call -> status())
                .add(Explain.METHOD, call -> {
                    throw KeyringException.of(ErrorKind.NO_SUCH_VAULT)
                            .with("vault", call.request().vault())
                            .with("internal", "for the log alone")
                            .build();
                })
                .add(TpmInfo.METHOD, call -> {
                    throw new IllegalStateException("internal detail");
                });
    }

    static Status.Reply status() {
        return new Status.Reply(
                "1.2.3",
                1,
                "swtpm:path=x",
                true,
                TpmState.READY,
                "",
                "/nowhere",
                DOOR,
                List.of(),
                List.of(),
                List.of(),
                List.of());
    }

    TestClient connect() throws IOException {
        return new TestClient(socket);
    }

    static Set<Thread> workers() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("conn-"))
                .filter(Thread::isAlive)
                .collect(Collectors.toSet());
    }

    void stop(Duration grace) {
        server.stop(grace);
    }

    @Override
    public void close() throws IOException {
        server.stop(Duration.ofSeconds(2));
        Files.deleteIfExists(directory);
    }
}
