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
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tpmkeyring.testing.Requires;

/** The daemon with sockets that a parent passes to it, as systemd does. */
@Timeout(120)
final class SocketActivationIT {
    private static final int SIGKILL = 9;
    private static final int SIGTERM = 15;
    private static final String STATUS = "org.tpmkeyring.Status";
    private static final String ONE_SECOND = "org.tpmkeyring.ListKeys";

    @TempDir
    Path directory;

    private Path socket;

    @BeforeEach
    void chooseSocket() throws IOException {
        Requires.command("python3");
        socket = Path.of(directory.toRealPath().toString(), "s");
    }

    private DaemonProcess start(int lives, Map<String, String> environment, String... sockets) throws IOException {
        Path script = Path.of(System.getProperty("basedir", "."), "src", "test", "resources", "activate.py");
        List<String> wrapper = new ArrayList<>(List.of("python3", script.toString(), String.valueOf(lives)));
        wrapper.addAll(List.of(sockets));
        wrapper.add("--");
        Path config = Files.writeString(directory.resolve("c"), "UserUidMin=1\n");
        return new DaemonProcess(
                wrapper,
                List.of(),
                environment,
                "--socket=" + directory.resolve("configured"),
                "--state-dir=" + directory,
                "--tpm2-device=swtpm:path=/x",
                "--config=" + config);
    }

    private DaemonProcess start(int lives) throws IOException {
        return start(lives, Map.of(), "varlink=listen:" + socket);
    }

    private static long pid(DaemonProcess daemon, int life) throws IOException {
        String[] words = daemon.awaitLine("life " + life + " pid ").split(" ", -1);
        return Long.parseLong(words[words.length - 1]);
    }

    private static void signal(long pid, int number) throws IOException, InterruptedException {
        assertThat(new ProcessBuilder("kill", "-" + number, String.valueOf(pid))
                        .inheritIO()
                        .start()
                        .waitFor())
                .isZero();
    }

    private SocketChannel call(String method) throws IOException {
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        channel.connect(UnixDomainSocketAddress.of(socket));
        channel.write(ByteBuffer.wrap(("{\"method\":\"" + method + "\"}\0").getBytes(UTF_8)));
        return channel;
    }

    private static String answer(SocketChannel channel) throws IOException {
        ByteBuffer reply = ByteBuffer.allocate(4096);
        while (channel.read(reply) >= 0) {
            if (reply.get(reply.position() - 1) == 0) {
                break;
            }
        }
        return new String(reply.array(), 0, reply.position(), UTF_8);
    }

    @Test
    void thePassedSocketIsServedAndStaysWhenTheDaemonStops() throws Exception {
        try (DaemonProcess daemon = start(1)) {
            long pid = pid(daemon, 1);
            assertThat(daemon.awaitLine("ready")).contains("ready at " + socket + ",");
            try (SocketChannel first = call(STATUS);
                    SocketChannel second = call(STATUS)) {
                assertThat(answer(first)).contains("\"tpmDevice\":\"swtpm:path=/x\"");
                assertThat(answer(second)).contains("\"tpmDevice\"");
            }
            assertThat(directory.resolve("configured")).doesNotExist();
            signal(pid, SIGTERM);
            assertThat(daemon.awaitLine("end 1")).isEqualTo("end 1 0");
            assertThat(socket).exists();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {SIGTERM, SIGKILL})
    void whoConnectsWhileNoDaemonRunsIsServedByTheNext(int signal) throws Exception {
        try (DaemonProcess daemon = start(2)) {
            long pid = pid(daemon, 1);
            daemon.awaitLine("ready");
            signal(pid, signal);
            daemon.awaitLine("end 1");
            try (SocketChannel waiting = call(STATUS)) {
                daemon.nextLife();
                daemon.awaitLine("ready");
                assertThat(answer(waiting)).contains("\"tpmDevice\"");
            }
        }
    }

    @Test
    void whoConnectsWhileTheDaemonStopsIsServedByTheNextAndTheCallUnderWayByThisOne() throws Exception {
        try (DaemonProcess daemon = start(2)) {
            long pid = pid(daemon, 1);
            daemon.awaitLine("ready");
            try (SocketChannel busy = call(ONE_SECOND)) {
                TimeUnit.MILLISECONDS.sleep(300);
                signal(pid, SIGTERM);
                TimeUnit.MILLISECONDS.sleep(300);
                try (SocketChannel waiting = call(STATUS)) {
                    assertThat(answer(busy)).contains("\"keys\":[]");
                    assertThat(daemon.awaitLine("end 1")).isEqualTo("end 1 0");
                    daemon.nextLife();
                    assertThat(answer(waiting)).contains("\"tpmDevice\"");
                }
            }
        }
    }

    @Test
    void aSocketOfAnUnknownNameIsClosedAndTold() throws Exception {
        try (DaemonProcess daemon =
                start(1, Map.of(), "other=listen:" + directory.resolve("o"), "varlink=listen:" + socket)) {
            long pid = pid(daemon, 1);
            assertThat(daemon.awaitLine("of no use here"))
                    .isEqualTo("keyringd: the service manager passed a socket 'other' that is of no use here,"
                            + " closing it");
            daemon.awaitLine("ready");
            try (SocketChannel status = call(STATUS)) {
                assertThat(answer(status)).contains("\"tpmDevice\"");
            }
            assertThat(holds(pid, directory.resolve("o"))).isFalse();
            assertThat(holds(pid, socket)).isTrue();
        }
    }

    /**
     * Whether a process has a socket open that listens at a path (proc_net(5), unix). The path of a connection is that of
     * the socket which accepted it, so the flag counts too: __SO_ACCEPTCON of include/uapi/linux/net.h.
     */
    private static boolean holds(long pid, Path bound) throws IOException {
        String inode = Files.readAllLines(Path.of("/proc/net/unix")).stream()
                .filter(line -> line.endsWith(" " + bound))
                .map(line -> line.split(" +", -1))
                .filter(words -> words[3].equals("00010000"))
                .map(words -> words[6])
                .findFirst()
                .orElseThrow();
        try (Stream<Path> all = Files.list(Path.of("/proc/" + pid + "/fd"))) {
            for (Path fd : all.toList()) {
                if (Files.exists(fd, java.nio.file.LinkOption.NOFOLLOW_LINKS)
                        && Files.readSymbolicLink(fd).toString().equals("socket:[" + inode + "]")) {
                    return true;
                }
            }
            return false;
        }
    }

    /** 02000000 is O_CLOEXEC (proc(5), fdinfo). */
    @Test
    void noProgramInheritsThePassedSocket() throws Exception {
        try (DaemonProcess daemon = start(1)) {
            long pid = pid(daemon, 1);
            daemon.awaitLine("ready");
            String flags = Files.readAllLines(Path.of("/proc/" + pid + "/fdinfo/3")).stream()
                    .filter(line -> line.startsWith("flags:"))
                    .findFirst()
                    .orElseThrow();
            assertThat(Long.parseLong(flags.substring("flags:".length()).strip(), 8) & 02000000)
                    .isNotZero();
        }
    }

    @ParameterizedTest
    @CsvSource({"dgram, it is no stream socket", "stream, it does not listen", "file, getsockopt failed with error 88"})
    void whatIsNoListeningSocketIsRefused(String kind, String reason) throws Exception {
        try (DaemonProcess daemon = start(1, Map.of(), "varlink=" + kind + ":" + socket)) {
            assertThat(daemon.awaitLine("socket 'varlink'"))
                    .isEqualTo("keyringd: socket 'varlink' of the service manager (descriptor 3): " + reason);
            assertThat(daemon.awaitLine("hint:")).endsWith("systemctl cat keyringd.socket keyringd-cryptsetup.socket");
            assertThat(daemon.awaitLine("end 1")).isEqualTo("end 1 2");
        }
    }
}
