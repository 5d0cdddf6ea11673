// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.KeyringException;
import org.tpmkeyring.secret.SecretBuffer;
import org.tpmkeyring.testing.Requires;

/** The key socket, asked by a client that binds and connects as systemd-cryptsetup does. */
@Timeout(60)
class VolumeKeyServerIT {
    private static final Path CLIENT = Path.of("../tests/clients/cryptsetup.py");
    private static final String KEY = "0123456789abcdef".repeat(4);

    @TempDir
    Path directory;

    private final RecordedTrail log = new RecordedTrail();
    private final CountDownLatch gate = new CountDownLatch(1);
    private final List<Process> clients = new ArrayList<>();
    private VolumeKeyServer server;
    private Path socket;

    @BeforeEach
    void start() throws IOException {
        Requires.root();
        Requires.command("python3");
        Requires.command("setpriv");
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        socket = directory.resolve("cryptsetup");
        server = VolumeKeyServer.start(ListeningSocket.bindForOwner(socket), this::key, new AuditLog(log));
    }

    @AfterEach
    void stop() throws Exception {
        gate.countDown();
        for (Process client : clients) {
            client.getOutputStream().close();
            assertThat(client.waitFor(10, TimeUnit.SECONDS)).isTrue();
        }
        if (server != null) {
            server.close();
        }
    }

    private SecretBuffer key(String volume) {
        if (volume.equals("slow")) {
            await();
        }
        if (volume.equals("bug")) {
            throw new IllegalStateException("internal detail");
        }
        if (volume.equals("none")) {
            throw KeyringException.of(ErrorKind.NO_SUCH_KEY)
                    .with("name", volume)
                    .build();
        }
        SecretBuffer key = SecretBuffer.allocate(KEY.length());
        return key.withBytes(bytes -> {
            bytes.put(KEY.getBytes(UTF_8));
            return key;
        });
    }

    private void await() {
        try {
            assertThat(gate.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** What the client got, or the error it met. */
    private String ask(String... arguments) throws Exception {
        Process client = begin(List.of(), arguments);
        try (BufferedReader said = client.inputReader(UTF_8)) {
            String line = said.readLine();
            assertThat(client.waitFor(10, TimeUnit.SECONDS)).isTrue();
            return line;
        }
    }

    private Process begin(List<String> as, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(as);
        command.addAll(List.of("/usr/bin/env", "python3", "-", socket.toString()));
        command.addAll(List.of(arguments));
        Process client = new ProcessBuilder(command)
                .redirectInput(CLIENT.toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        clients.add(client);
        return client;
    }

    @Test
    void aVolumeGetsItsKeyAndTheEnd() throws Exception {
        assertThat(ask("data")).isEqualTo("64 " + KEY);
        assertThat(log.lines)
                .singleElement()
                .asString()
                .matches("INFO uid 0 \\(pid \\d+\\) key of volume 'data': " + "handed out in \\d+ ms");
        assertThat(Files.getPosixFilePermissions(socket)).isEqualTo(PosixFilePermissions.fromString("rw-------"));
    }

    @Test
    void aRefusalIsTheEndAloneAndTheLogSaysWhyAndWhatToDo() throws Exception {
        assertThat(ask("none")).isEqualTo("0 ");
        assertThat(log.lines)
                .singleElement()
                .asString()
                .matches("WARNING uid 0 .* key of volume 'none': refused NoSuchKey: there is no key 'none' in \\d+ ms; "
                        + "hint: tpm-keyring list");
        assertThat(ask("bug")).isEqualTo("0 ");
        assertThat(ask("data")).isEqualTo("64 " + KEY);
    }

    @Test
    void whoNamesNoVolumeGetsNothing() throws Exception {
        for (String address : List.of("unnamed", "raw:", "raw:garbage", "raw:\u0001", "raw:a/cryptsetup/../x")) {
            assertThat(ask(address)).isEqualTo("0 ");
        }
        assertThat(log.lines).hasSize(5).allMatch(line -> line.contains("refused BadMessage"));
    }

    @Test
    void anotherUidGetsNothingEvenWhereTheSocketLetsHimIn() throws Exception {
        List<String> stranger = List.of("setpriv", "--reuid=61002", "--regid=61002", "--clear-groups");
        try (BufferedReader said = begin(stranger, "data").inputReader(UTF_8)) {
            assertThat(said.readLine()).isEqualTo("PermissionError");
        }
        Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-rw-rw-"));
        try (BufferedReader said = begin(stranger, "data").inputReader(UTF_8)) {
            assertThat(said.readLine()).isEqualTo("0 ");
        }
        assertThat(log.lines)
                .singleElement()
                .asString()
                .startsWith("WARNING uid 61002")
                .contains("NotPermitted");
    }

    @Test
    void aFloodIsTurnedAwayAndOthersAreServedAgainAfterIt() throws Exception {
        Process flood = begin(List.of(), "flood:slow");
        try (BufferedReader said = flood.inputReader(UTF_8)) {
            assertThat(said.readLine()).isEqualTo("32 held");
            assertThat(ask("data")).isEqualTo("0 ");
            gate.countDown();
            assertThat(said.readLine()).isEqualTo("32 keys");
        }
        assertThat(ask("data")).isEqualTo("64 " + KEY);
        assertThat(log.lines).anyMatch(line -> line.contains("turned away: refused TooManyConnections"));
    }

    @Test
    void aClientThatDoesNotReadOrGoesAwayHoldsUpNobody() throws Exception {
        assertThat(ask("gone:data")).isEqualTo("gone");
        Process idle = begin(List.of(), "idle:data");
        try (BufferedReader said = idle.inputReader(UTF_8)) {
            assertThat(said.readLine()).isEqualTo("idle");
            assertThat(ask("data")).isEqualTo("64 " + KEY);
            server.close();
            assertThat(said.readLine()).isEqualTo("64 " + KEY);
        }
        assertThat(socket).doesNotExist();
    }

    @Test
    void theEndOfTheDaemonIsTheEndForThoseWhoWait() throws Exception {
        Process waiting = begin(List.of(), "announced:slow");
        try (BufferedReader said = waiting.inputReader(UTF_8)) {
            assertThat(said.readLine()).isEqualTo("connected");
            server.close();
            assertThat(said.readLine()).isEqualTo("0 ");
        }
    }
}
