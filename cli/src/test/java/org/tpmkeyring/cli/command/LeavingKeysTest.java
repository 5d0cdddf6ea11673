// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tpmkeyring.cli.testing.CommandRun;
import org.tpmkeyring.cli.testing.FakeDaemon;
import org.tpmkeyring.cli.testing.Samples;
import org.tpmkeyring.protocol.api.KeyOutcome;
import org.tpmkeyring.protocol.api.KeyResult;
import org.tpmkeyring.protocol.api.ListVaults;
import org.tpmkeyring.protocol.api.Recover;
import org.tpmkeyring.protocol.api.Unlock;
import org.tpmkeyring.protocol.api.VaultDoor;
import org.tpmkeyring.protocol.value.TargetType;
import org.tpmkeyring.protocol.wire.CallMessage;
import org.tpmkeyring.protocol.wire.RecordCodec;
import org.tpmkeyring.protocol.wire.ReplyMessage;

/** Keys that do not stay where a command put them, or should not. */
class LeavingKeysTest {
    private static final String RECOVERY_KEY =
            "cbcjcvbhd-btdfdnedc-ekfcfifuf-gggrhehlu-ibijivjhf-jtkfknldt-lkncninun-rgrrtetlu";

    @TempDir
    Path directory;

    private FakeDaemon daemon;
    private KeyOutcome outcome;
    private VaultDoor door = VaultDoor.SHUT;

    @BeforeEach
    void start() throws IOException {
        daemon = FakeDaemon.at(directory.resolve("socket"), (call, exchange) -> {
            if (call.method().endsWith(".Recover")) {
                exchange.want("recovery-key", 32);
            }
            return ReplyMessage.success(RecordCodec.toTree(answer(call)));
        });
    }

    @AfterEach
    void stop() {
        daemon.close();
    }

    private Record answer(CallMessage call) {
        String method = call.method().substring(call.method().lastIndexOf('.') + 1);
        return switch (method) {
            case "Unlock" -> new Unlock.Reply(List.of(Samples.opened(List.of(outcome))));
            case "Recover" -> new Recover.Reply(Samples.opened(List.of(outcome)), List.of(), List.of());
            case "ListVaults" -> new ListVaults.Reply(List.of(Samples.vault(door)));
            default -> throw new AssertionError(method);
        };
    }

    private CommandRun run(String... words) {
        return new CommandRun().socket(daemon.socket()).run(words);
    }

    @Test
    void anUnlockThatTheEndOfBootOvertookFails() {
        outcome = Samples.outcome(
                "data",
                TargetType.LUKS,
                KeyResult.REMOVED,
                Optional.of("vault 'default' was shut"),
                Optional.of("tpm-keyring recover default"));

        CommandRun unlocked = run("unlock", "default");

        assertThat(unlocked.status()).isEqualTo(1);
        assertThat(unlocked.err())
                .contains(
                        "key 'data' was taken away again: vault 'default' was shut",
                        "hint: tpm-keyring recover default");
    }

    @Test
    void aVaultIsKnownToBeShutByItsIdAsWell() throws IOException {
        outcome = Samples.outcome("data", TargetType.LUKS, KeyResult.DELIVERED);
        Path file = Files.writeString(directory.resolve("key"), RECOVERY_KEY + "\n");
        String id = Samples.vault(door).id();
        CommandRun recovered = run("recover", id, "--user", "0", "--recovery-key-file", file.toString());
        assertThat(recovered.err())
                .contains("hint: tpm-keyring close", "hint: tpm-keyring explain " + id + " --user 0");
    }

    @ParameterizedTest
    @CsvSource({
        "LUKS, DELIVERED, SHUT, true",
        "LUKS, IN_PLACE, SHUT, false",
        "LUKS, DELIVERED, OPEN, false",
        "ECRYPTFS, DELIVERED, SHUT, false"
    })
    void whoRecoversAVolumesKeyBehindTheDoorIsToldToTakeItAway(
            TargetType target, KeyResult result, VaultDoor state, boolean told) throws IOException {
        outcome = Samples.outcome("data", target, result);
        door = state;
        Path file = Files.writeString(directory.resolve("key"), RECOVERY_KEY + "\n");

        CommandRun recovered = run("recover", "default", "--recovery-key-file", file.toString());

        assertThat(recovered.status()).as(recovered.err()).isZero();
        assertThat(recovered.err().contains("hint: tpm-keyring close")).isEqualTo(told);
    }
}
