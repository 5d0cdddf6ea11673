// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.tpmkeyring.cli.testing.CommandRun;
import org.tpmkeyring.cli.testing.FakeDaemon;
import org.tpmkeyring.cli.testing.FastPatience;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.KeyringException;
import org.tpmkeyring.protocol.api.CheckDirectory;
import org.tpmkeyring.protocol.api.CheckVolume;
import org.tpmkeyring.protocol.api.ListKeys;
import org.tpmkeyring.protocol.api.Method;
import org.tpmkeyring.protocol.api.Methods;
import org.tpmkeyring.protocol.api.Request;
import org.tpmkeyring.protocol.api.Unlock;
import org.tpmkeyring.protocol.wire.RecordCodec;
import org.tpmkeyring.protocol.wire.ReplyMessage;

/** A daemon that is killed in the middle of a call and started again, as systemd does. */
@Timeout(60)
class RestartedDaemonTest {
    private static final ListKeys.Request LIST = new ListKeys.Request(Optional.empty(), false, Optional.empty());
    private static final ReplyMessage NO_KEYS = ReplyMessage.success(RecordCodec.toTree(new ListKeys.Reply(List.of())));

    @TempDir
    Path directory;

    private Path socket() {
        return directory.resolve("s");
    }

    private DaemonClient client(FastPatience patience) {
        return new DaemonClient(
                socket(), Waiting.SILENT, Duration.ofSeconds(20), new ServiceUnits(directory), patience.patience());
    }

    /** Loses so many calls and answers from then on. */
    private FakeDaemon losing(int calls, ReplyMessage answer) throws IOException {
        AtomicInteger left = new AtomicInteger(calls);
        return FakeDaemon.at(socket(), (call, exchange) -> left.getAndDecrement() > 0 ? null : answer);
    }

    @Test
    void aCallThatChangesNothingIsSentAgainToTheDaemonThatComesNext() throws Exception {
        try (FakeDaemon daemon = losing(3, NO_KEYS)) {
            assertThat(client(new FastPatience()).call(ListKeys.METHOD, LIST).keys())
                    .isEmpty();
            assertThat(daemon.calls()).hasSize(4);
        }
    }

    @Test
    void afterALossTheSocketMayBeRefusedOrGoneForAWhile() throws Exception {
        AtomicReference<FakeDaemon> second = new AtomicReference<>();
        FakeDaemon first = losing(1, null);
        FastPatience patience = new FastPatience(time -> {
            if (time.equals(Duration.ofMillis(250))) {
                first.close();
            } else if (second.get() == null && time.compareTo(Duration.ofSeconds(2)) >= 0) {
                second.set(again());
            }
        });
        try {
            assertThat(client(patience).call(ListKeys.METHOD, LIST).keys()).isEmpty();
            assertThat(first.calls()).hasSize(1);
            assertThat(second.get().calls()).hasSize(1);
        } finally {
            second.get().close();
        }
    }

    private FakeDaemon again() {
        try {
            return losing(0, NO_KEYS);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void itIsGivenUpAfterTenSecondsAndToldOnce() throws Exception {
        List<Duration> pauses = new ArrayList<>();
        try (FakeDaemon daemon = losing(Integer.MAX_VALUE, null)) {
            assertThatThrownBy(() -> client(new FastPatience(pauses::add)).call(ListKeys.METHOD, LIST))
                    .hasMessageEndingWith("the connection was lost before the answer came, again and again for 10 s")
                    .satisfies(e -> assertThat(((KeyringException) e).kind()).isEqualTo(ErrorKind.DAEMON_UNREACHABLE));
            assertThat(daemon.calls()).hasSize(pauses.size() + 1);
        }
        assertThat(pauses).last().isEqualTo(Patience.LIMIT);
    }

    @Test
    void aCallThatChangesSomethingIsSentOnce() throws Exception {
        Unlock.Request unlock = new Unlock.Request(Optional.empty(), List.of(), true, Optional.empty());
        try (FakeDaemon daemon = losing(1, null)) {
            assertThatThrownBy(() -> client(new FastPatience()).call(Unlock.METHOD, unlock))
                    .hasMessageEndingWith("the connection was lost before the answer came");
            assertThat(daemon.calls()).hasSize(1);
        }
    }

    @Test
    void whereNobodyEverListenedNobodyIsWaitedFor() {
        List<Duration> pauses = new ArrayList<>();
        assertThatThrownBy(() -> client(new FastPatience(pauses::add)).call(ListKeys.METHOD, LIST))
                .hasMessageEndingWith("there is no such socket");
        assertThat(pauses).isEmpty();
    }

    @Test
    void onlyCallsThatTellOrCheckAreSentAgain() {
        assertThat(Methods.ALL.stream().filter(RestartedDaemonTest::repeatable).map(Method::name))
                .containsExactly(
                        "Status",
                        "ListKeys",
                        "ShowKey",
                        "CheckDirectory",
                        "Explain",
                        "ListVaults",
                        "TpmInfo",
                        "TpmPcrs",
                        "CheckVolume",
                        "Diagnose");
        assertThat(new CheckVolume.Request("data", "").repeatable()).isTrue();
        assertThat(new CheckDirectory.Request(Optional.empty(), "x", "/x", List.of()).repeatable())
                .isTrue();
    }

    private static boolean repeatable(Method<?, ?> method) {
        try {
            return !method.request().getMethod("repeatable").getDeclaringClass().equals(Request.class);
        } catch (NoSuchMethodException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aVolumeCheckThatNobodyAnswersEndsWithStatusNineAndOneMessage() throws Exception {
        try (FakeDaemon daemon = losing(Integer.MAX_VALUE, null)) {
            CommandRun run = new CommandRun().socket(socket()).run("volume", "check", "data");
            assertThat(run.status()).isEqualTo(9);
            assertThat(run.err().lines()).hasSize(2);
            assertThat(daemon.calls()).hasSizeGreaterThan(2);
        }
    }
}
