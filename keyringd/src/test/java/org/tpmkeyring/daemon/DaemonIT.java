// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.daemon;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tpmkeyring.testing.Requires;

/** The daemon as a process: start, hardening, signals, exit statuses. */
@Timeout(120)
final class DaemonIT {
    private static final int SIGINT = 2;
    private static final int SIGKILL = 9;
    private static final int SIGTERM = 15;
    private static final Path CLIENTS = Path.of(System.getProperty("basedir", "."), "..", "tests", "clients");

    @TempDir
    Path directory;

    private Path socket;

    @BeforeEach
    void chooseSocket() {
        socket = directory.resolve("s");
    }

    private DaemonProcess start(List<String> javaOptions, Map<String, String> environment) throws IOException {
        Path config = Files.writeString(directory.resolve("c"), "UserUidMin=1\n");
        return new DaemonProcess(
                javaOptions,
                environment,
                "--socket=" + socket,
                "--state-dir=" + directory,
                "--tpm2-device=swtpm:path=/x",
                "--config=" + config);
    }

    private DaemonProcess startReady() throws IOException {
        DaemonProcess daemon = start(List.of(), Map.of());
        assertThat(daemon.awaitLine("ready"))
                .isEqualTo("keyringd: ready at " + socket + ", TPM swtpm:path=/x, vaults in " + directory);
        return daemon;
    }

    private SocketChannel send(String method) throws IOException {
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        channel.connect(UnixDomainSocketAddress.of(socket));
        channel.write(ByteBuffer.wrap(("{\"method\":\"" + method + "\"}\0").getBytes(UTF_8)));
        return channel;
    }

    private static String readAll(SocketChannel channel) throws IOException {
        ByteBuffer reply = ByteBuffer.allocate(4096);
        while (channel.read(reply) >= 0) {
            assertThat(reply.hasRemaining()).isTrue();
        }
        return new String(reply.array(), 0, reply.position(), UTF_8);
    }

    private String python(String... arguments) throws IOException, InterruptedException {
        Requires.command("python3");
        List<String> command =
                new ArrayList<>(List.of("python3", CLIENTS.resolve("varlink.py").toString()));
        command.addAll(List.of(arguments));
        Process client = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(client.getInputStream().readAllBytes(), UTF_8);
        return client.waitFor() + " " + said;
    }

    @Test
    void aClientThatIsNotOursIsAnswered() throws Exception {
        try (DaemonProcess daemon = startReady()) {
            assertThat(python(socket.toString(), "org.varlink.service.GetInfo"))
                    .startsWith("0 ")
                    .contains("\"product\": \"tpm-keyring\"");
            assertThat(python(socket.toString(), "org.tpmkeyring.Status"))
                    .startsWith("0 ")
                    .contains("\"tpmDevice\": \"swtpm:path=/x\"");
            assertThat(python(socket.toString(), "org.tpmkeyring.Status", "{\"owner\": \"me\"}"))
                    .startsWith("1 ")
                    .contains("org.varlink.service.InvalidParameter");
            assertThat(daemon.awaitLine("Status")).matches("keyringd: uid \\d+ \\(pid \\d+\\) Status: done in \\d+ ms");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {SIGTERM, SIGINT})
    void aSignalLetsTheCallUnderWayEndAndThenTheDaemonCleanly(int signal) throws Exception {
        try (DaemonProcess daemon = startReady();
                SocketChannel busy = send("org.tpmkeyring.ListKeys")) {
            try (SocketChannel status = send("org.tpmkeyring.Status")) {
                assertThat(status.read(ByteBuffer.allocate(1))).isEqualTo(1);
            }
            daemon.signal(signal);
            assertThat(readAll(busy)).contains("\"keys\":[]");
            assertThat(daemon.awaitExit(10)).isZero();
            assertThat(socket).doesNotExist();
            List<String> lines = daemon.rest();
            assertThat(lines.stream().filter(line -> line.contains("closed")))
                    .containsExactly("keyringd: closed the second", "keyringd: closed the first");
            assertThat(lines.get(lines.size() - 1)).isEqualTo("keyringd: stopped");
        }
    }

    @Test
    void aCallThatHangsDoesNotHoldTheEndUpForLongerThanTenSeconds() throws Exception {
        try (DaemonProcess daemon = startReady();
                SocketChannel hanging = send("org.tpmkeyring.ListVaults")) {
            try (SocketChannel status = send("org.tpmkeyring.Status")) {
                assertThat(status.read(ByteBuffer.allocate(1))).isEqualTo(1);
            }
            long start = System.nanoTime();
            daemon.signal(SIGTERM);
            assertThat(daemon.awaitExit(10)).isZero();
            assertThat(System.nanoTime() - start).isGreaterThan(TimeUnit.SECONDS.toNanos(4));
            assertThat(readAll(hanging)).isEmpty();
        }
    }

    @Test
    void afterAKillTheNextDaemonTakesTheSocketOver() throws Exception {
        try (DaemonProcess first = startReady()) {
            first.signal(SIGKILL);
            assertThat(first.awaitExit(10)).isEqualTo(128 + SIGKILL);
        }
        assertThat(socket).exists();
        try (DaemonProcess second = startReady();
                DaemonProcess third = start(List.of(), Map.of())) {
            assertThat(third.awaitLine("exists already")).contains("a daemon that listens at '" + socket + "'");
            assertThat(third.awaitExit(10)).isEqualTo(10);
            try (SocketChannel status = send("org.tpmkeyring.Status")) {
                assertThat(status.read(ByteBuffer.allocate(1))).isEqualTo(1);
            }
            assertThat(second.process.isAlive()).isTrue();
        }
    }

    @Test
    void whereTheJournalDoesNotAnswerEventsAreLinesOnStandardError() throws Exception {
        String nobody = "-Dtpmkeyring.journal=" + directory.resolve("nobody");
        try (DaemonProcess daemon = start(List.of(nobody), Map.of())) {
            daemon.awaitLine("ready");
            try (SocketChannel status = send("org.tpmkeyring.Status")) {
                assertThat(status.read(ByteBuffer.allocate(1))).isEqualTo(1);
            }
            assertThat(daemon.awaitLine("Status")).matches("keyringd: uid \\d+ \\(pid \\d+\\) Status: done in \\d+ ms");
        }
    }

    @Test
    void theServiceManagerIsToldWhenItIsReadyAndWhenItStops() throws Exception {
        Requires.command("python3");
        Path notify = directory.resolve("notify");
        String manager = "import socket,sys\ns=socket.socket(socket.AF_UNIX,socket.SOCK_DGRAM)\ns.bind(sys.argv[1])\n"
                + "print('bound',flush=True)\nfor _ in range(2): print(s.recv(99).decode().replace('\\n','|'),flush=True)";
        Process python = new ProcessBuilder("python3", "-c", manager, notify.toString()).start();
        try (var said = python.inputReader(UTF_8)) {
            assertThat(said.readLine()).isEqualTo("bound");
            try (DaemonProcess daemon = start(List.of(), Map.of("NOTIFY_SOCKET", notify.toString()))) {
                assertThat(said.readLine()).isEqualTo("READY=1|STATUS=");
                try (SocketChannel status = send("org.tpmkeyring.Status")) {
                    assertThat(status.read(ByteBuffer.allocate(1))).isEqualTo(1);
                }
                daemon.signal(SIGTERM);
                assertThat(said.readLine()).isEqualTo("STOPPING=1|STATUS=stopping");
            }
        } finally {
            python.destroyForcibly();
        }
    }

    @Test
    void newFilesAreItsOwnAndNoThreadThatServesCanGainPrivileges() throws Exception {
        try (DaemonProcess daemon = startReady();
                SocketChannel open = send("org.tpmkeyring.Status")) {
            assertThat(open.read(ByteBuffer.allocate(1))).isEqualTo(1);
            Path process = Path.of("/proc/" + daemon.process.pid());
            assertThat(Files.readAllLines(process.resolve("status"))).contains("Umask:\t0077");
            List<String> names = new ArrayList<>();
            try (Stream<Path> threads = Files.list(process.resolve("task"))) {
                for (Path thread : threads.toList()) {
                    List<String> status = Files.readAllLines(thread.resolve("status"));
                    String name = status.get(0).replace("Name:\t", "");
                    if (name.equals("accept") || name.startsWith("conn-")) {
                        assertThat(status).as(name).contains("NoNewPrivs:\t1");
                        names.add(name);
                    }
                }
            }
            assertThat(names).hasSize(2).contains("accept");
        }
    }

    /** Every process here lacks CAP_SYS_PTRACE, as the unit has it: the uid alone decides. */
    private static final List<String> WITHOUT_PTRACE =
            List.of("setpriv", "--bounding-set=-sys_ptrace", "--inh-caps=-sys_ptrace", "--");

    @Test
    void itsMemoryIsClosedToItsOwnUidUnlessATestOpensIt() throws Exception {
        Requires.root();
        Requires.command("setpriv");
        Path config = Files.writeString(directory.resolve("c"), "");
        for (boolean dumpable : new boolean[] {false, true}) {
            List<String> options = List.of("-Dtpmkeyring.dumpable=" + dumpable);
            try (DaemonProcess daemon =
                    new DaemonProcess(WITHOUT_PTRACE, options, Map.of(), "--config=" + config, "--socket=" + socket)) {
                daemon.awaitLine("ready");
                assertThat(opensMemory(daemon)).isEqualTo(dumpable);
                daemon.signal(SIGTERM);
                assertThat(daemon.awaitExit(10)).isZero();
            }
        }
    }

    private static boolean opensMemory(DaemonProcess daemon) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(WITHOUT_PTRACE);
        command.addAll(List.of("sh", "-c", "exec < /proc/" + daemon.process.pid() + "/mem && echo opened"));
        Process reader = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(reader.getInputStream().readAllBytes(), UTF_8);
        boolean opened = reader.waitFor() == 0;
        assertThat(said).contains(opened ? "opened" : "Permission denied");
        return opened;
    }

    @Test
    void helpAndVersionEndWithZero() throws Exception {
        try (DaemonProcess help = new DaemonProcess(List.of(), Map.of(), "--help")) {
            assertThat(help.rest()).first().isEqualTo("Usage: keyringd [OPTION...]");
            assertThat(help.awaitExit(10)).isZero();
        }
        try (DaemonProcess version = new DaemonProcess(List.of(), Map.of(), "--version")) {
            assertThat(version.rest()).containsExactly("keyringd " + Version.text());
            assertThat(version.awaitExit(10)).isZero();
        }
    }

    @Test
    void whatIsNotUnderstoodEndsWithTwoAndOneLine() throws Exception {
        Path config = Files.writeString(directory.resolve("bad"), "\nUserUidMin=abc\n");
        try (DaemonProcess daemon = new DaemonProcess(List.of(), Map.of(), "--config=" + config)) {
            assertThat(daemon.rest())
                    .containsExactly("keyringd: " + config + ":2: 'abc' is no number from 1 to 4294967294");
            assertThat(daemon.awaitExit(10)).isEqualTo(2);
        }
        try (DaemonProcess daemon = new DaemonProcess(List.of(), Map.of(), "--frobnicate")) {
            assertThat(daemon.rest())
                    .containsExactly("keyringd: --frobnicate: there is no such option, see keyringd --help");
            assertThat(daemon.awaitExit(10)).isEqualTo(2);
        }
    }

    @Test
    void aSocketThatCannotBeBoundEndsItWithASentenceAndAHint() throws Exception {
        Path config = Files.writeString(directory.resolve("c"), "");
        try (DaemonProcess daemon =
                new DaemonProcess(List.of(), Map.of(), "--config=" + config, "--socket=/nonexistent/s")) {
            List<String> lines = daemon.rest();
            assertThat(lines)
                    .contains("keyringd: socket /nonexistent/s: there is no directory /nonexistent")
                    .contains("keyringd: hint: ls -ld /nonexistent/s");
            assertThat(daemon.awaitExit(10)).isEqualTo(2);
        }
    }
}
