// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.tpmkeyring.cli.testing.FakeDaemon;
import org.tpmkeyring.protocol.api.AddKey;
import org.tpmkeyring.protocol.api.KeyInfo;
import org.tpmkeyring.protocol.api.KeyOutcome;
import org.tpmkeyring.protocol.api.KeyResult;
import org.tpmkeyring.protocol.api.ListKeys;
import org.tpmkeyring.protocol.api.RemoveKey;
import org.tpmkeyring.protocol.api.ShowKey;
import org.tpmkeyring.protocol.api.VaultDoor;
import org.tpmkeyring.protocol.api.VaultInfo;
import org.tpmkeyring.protocol.value.KeyState;
import org.tpmkeyring.protocol.value.TargetType;
import org.tpmkeyring.protocol.value.When;
import org.tpmkeyring.protocol.wire.RecordCodec;
import org.tpmkeyring.protocol.wire.ReplyMessage;
import org.tpmkeyring.testing.Requires;

/** The program at a real pseudo-terminal, typed at by expect(1). */
class TerminalIT {
    @TempDir
    Path directory;

    @Test
    @Timeout(180)
    void typingIsUnseenTheTerminalIsPutRightAfterCtrlCAndNoMeansNo() throws Exception {
        Requires.command("expect");
        AtomicReference<String> got = new AtomicReference<>();
        try (FakeDaemon daemon = FakeDaemon.at(directory.resolve("s"), (call, exchange) -> {
            if (call.method().endsWith("." + ShowKey.METHOD.name())) {
                return ReplyMessage.success(RecordCodec.toTree(new ShowKey.Reply(added().key(), vault())));
            }
            if (call.method().endsWith("." + ListKeys.METHOD.name())) {
                return ReplyMessage.success(RecordCodec.toTree(new ListKeys.Reply(List.of(added().key()))));
            }
            byte[] key = exchange.want("key", 64);
            got.set(new String(key, StandardCharsets.US_ASCII));
            return ReplyMessage.success(RecordCodec.toTree(added()));
        })) {
            String screen = session(daemon.socket());
            assertThat(screen).doesNotContain("TIMEOUT").doesNotContain("END instead");
            assertThat(screen).as("what was typed").doesNotContain("hidden");
            assertThat(screen).contains("echo-back").contains("key 'home' is left as it is");
            assertThat(got.get()).isEqualTo("hidden words");
            assertThat(daemon.calls())
                    .as("the removal never reached the daemon")
                    .noneMatch(call -> call.method().endsWith("." + RemoveKey.METHOD.name()));
            assertThat(directory.resolve("answer")).content().doesNotContain("hidden");
        }
    }

    private String session(Path socket) throws IOException {
        Path script = directory.resolve("session.exp");
        try (var source = TerminalIT.class.getResourceAsStream("session.exp")) {
            Files.copy(source, script);
        }
        Path program = directory.resolve("tk");
        Files.writeString(
                program,
                "#!/bin/sh\nexec " + ProcessHandle.current().info().command().orElseThrow()
                        + " -XX:TieredStopAtLevel=1 -cp '" + System.getProperty("java.class.path")
                        + "' org.tpmkeyring.cli.Main \"$@\"\n");
        assertThat(program.toFile().setExecutable(true)).isTrue();
        ProcessBuilder builder = new ProcessBuilder("expect", "-f", script.toString(), program.toString())
                .directory(directory.toFile())
                .redirectErrorStream(true);
        builder.environment().put("TPM_KEYRING_SOCKET", socket.toString());
        Process expect = builder.start();
        expect.getOutputStream().close();
        return new String(expect.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    private static VaultInfo vault() {
        return new VaultInfo("default", "0f", 0, When.BOOT, 1, 1, List.of(), true, Optional.empty(), VaultDoor.OPEN);
    }

    private static AddKey.Reply added() {
        KeyInfo key = new KeyInfo(
                "home",
                "default",
                0,
                TargetType.ECRYPTFS,
                KeyState.DELIVERED,
                List.of(),
                List.of(),
                Optional.empty(),
                Optional.empty(),
                12,
                1);
        return new AddKey.Reply(
                key,
                Optional.empty(),
                new KeyOutcome(
                        "home",
                        TargetType.ECRYPTFS,
                        KeyResult.DELIVERED,
                        List.of(),
                        List.of(),
                        "user keyring",
                        Optional.empty(),
                        Optional.empty()));
    }
}
