// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tpmkeyring.cli.testing.CommandRun;
import org.tpmkeyring.cli.testing.FakeDaemon;
import org.tpmkeyring.cli.testing.FakeDaemon.Exchange;
import org.tpmkeyring.cli.volume.FakeVolume;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.KeyringException;
import org.tpmkeyring.protocol.api.KeyInfo;
import org.tpmkeyring.protocol.api.KeyOutcome;
import org.tpmkeyring.protocol.api.KeyResult;
import org.tpmkeyring.protocol.api.ListKeys;
import org.tpmkeyring.protocol.api.Recover;
import org.tpmkeyring.protocol.api.RemoveKey;
import org.tpmkeyring.protocol.api.RemoveVault;
import org.tpmkeyring.protocol.api.ShowKey;
import org.tpmkeyring.protocol.api.VaultDoor;
import org.tpmkeyring.protocol.api.VaultInfo;
import org.tpmkeyring.protocol.api.VaultOutcome;
import org.tpmkeyring.protocol.value.KeyState;
import org.tpmkeyring.protocol.value.TargetType;
import org.tpmkeyring.protocol.value.When;
import org.tpmkeyring.protocol.wire.CallMessage;
import org.tpmkeyring.protocol.wire.MalformedMessageException;
import org.tpmkeyring.protocol.wire.RecordCodec;
import org.tpmkeyring.protocol.wire.ReplyMessage;

/** What is asked of keyringd, and in which order, before a key of a volume is destroyed. The door is closed. */
class LuksRemovingTest {
    private static final String LIBRARY = "tpmkeyring.lib";
    private static final String RECOVERY_KEY =
            "cbcjcvbhd-btdfdnedc-ekfcfifuf-gggrhehlu-ibijivjhf-jtkfknldt-lkncninun-rgrrtetlu";

    @TempDir
    Path directory;

    private final List<String> wanted = new ArrayList<>();
    private FakeDaemon daemon;
    private FakeVolume volume;
    private Path crypttab;
    private boolean damaged;

    @BeforeEach
    void aMachine() throws IOException {
        volume = new FakeVolume(directory, 0, 1).opened("1");
        System.setProperty(LIBRARY, volume.library.toString());
        daemon = FakeDaemon.at(directory.resolve("socket"), this::answer);
        crypttab = Files.createDirectories(directory.resolve("root/etc")).resolve("crypttab");
        Files.writeString(crypttab, "data UUID=1 " + directory.resolve("cryptsetup") + " luks\n");
    }

    @AfterEach
    void stop() {
        daemon.close();
        System.clearProperty(LIBRARY);
    }

    private CommandRun run(String... words) {
        return command().run(words);
    }

    private CommandRun command() {
        return new CommandRun()
                .socket(daemon.socket())
                .root(directory.resolve("root"))
                .environment("PATH", volume.programs.toString());
    }

    private List<String> calls() {
        return daemon.calls().stream()
                .map(call -> call.method().substring(call.method().lastIndexOf('.') + 1))
                .toList();
    }

    private ReplyMessage answer(CallMessage call, Exchange exchange) throws IOException, MalformedMessageException {
        String method = call.method().substring(call.method().lastIndexOf('.') + 1);
        return switch (method) {
            case "ShowKey" -> success(new ShowKey.Reply(key(), vault()));
            case "ListKeys" ->
                damaged && call.parameters().get("vault") != null
                        ? refusal(KeyringException.of(ErrorKind.VAULT_DAMAGED).build())
                        : success(new ListKeys.Reply(damaged ? List.of() : List.of(key())));
            case "Unlock" ->
                refusal(KeyringException.of(ErrorKind.DOOR_CLOSED)
                        .with("vault", "default")
                        .build());
            case "Recover" -> {
                wanted.add(new String(exchange.want("recovery-key", 32), StandardCharsets.ISO_8859_1));
                yield success(new Recover.Reply(
                        new VaultOutcome(
                                "default",
                                0,
                                Optional.of("recovery-1"),
                                List.of(outcome(KeyResult.DELIVERED)),
                                Optional.empty(),
                                Optional.empty(),
                                Optional.empty()),
                        List.of()));
            }
            case "RemoveKey" -> {
                wanted.add(new String(exchange.want("recovery-key", 32), StandardCharsets.ISO_8859_1));
                yield success(new RemoveKey.Reply(outcome(KeyResult.REMOVED)));
            }
            case "RemoveVault" -> success(new RemoveVault.Reply(List.of(outcome(KeyResult.REMOVED))));
            default -> throw new AssertionError(method);
        };
    }

    private static ReplyMessage success(Record reply) {
        return ReplyMessage.success(RecordCodec.toTree(reply));
    }

    private static ReplyMessage refusal(KeyringException e) {
        return ReplyMessage.failure(e.kind().wireName(), new HashMap<>(Map.copyOf(e.fields())));
    }

    private KeyInfo key() throws IOException {
        return new KeyInfo(
                "data",
                "default",
                0,
                TargetType.LUKS,
                KeyState.LOCKED,
                List.of("tpm-keyring:data"),
                List.of(),
                Optional.empty(),
                Optional.of(volume.opens()),
                64,
                0);
    }

    private static VaultInfo vault() {
        return new VaultInfo(
                "default",
                "0f3a91c27bd44e5c8d1e6f7a8b9c0d1e",
                0,
                When.BOOT,
                1,
                0,
                List.of(),
                true,
                Optional.empty(),
                VaultDoor.SHUT);
    }

    private static KeyOutcome outcome(KeyResult result) {
        return new KeyOutcome(
                "data", TargetType.LUKS, result, List.of(), List.of(), "", Optional.empty(), Optional.empty());
    }

    private Path recoveryKey() throws IOException {
        return Files.writeString(directory.resolve("recovery"), RECOVERY_KEY);
    }

    @Test
    void aRecoveryKeyIsReadOnceAndOpensTheVaultForTheTrialAndForTheRemoval() throws Exception {
        CommandRun removed = command()
                .input(Files.readAllBytes(recoveryKey()))
                .run("remove", "data", "--yes", "--unlock-key-file", "-");
        assertThat(removed.status()).as(removed.err()).isZero();
        assertThat(calls()).containsSubsequence("Unlock", "Recover", "RemoveKey");
        assertThat(wanted).hasSize(2).doesNotContain("");
        assertThat(wanted.get(0)).isEqualTo(wanted.get(1));
        assertThat(volume.calls()).contains("luksKillSlot " + volume.image() + " 1");
        assertThat(Files.readString(crypttab)).isEqualTo("data UUID=1 none luks\n");
        assertThat(removed.err()).contains("hint: tpm-keyring close");
    }

    @Test
    void withoutARecoveryKeyNothingIsDestroyed() throws Exception {
        assertThat(run("remove", "data", "--yes").status()).isEqualTo(10);
        CommandRun refused = run("vault", "remove", "default", "--with-keys", "--yes");
        assertThat(refused.status()).isEqualTo(10);
        assertThat(refused.err()).contains("tpm-keyring remove data --leave-volume");
        assertThat(calls()).doesNotContain("RemoveKey", "RemoveVault");
        assertThat(volume.calls()).doesNotContain("luksKillSlot");
    }

    @Test
    void aVaultWithTheOnlyKeyOfAVolumeIsKept() throws Exception {
        volume.opened("0|1");
        CommandRun refused = run(
                "vault",
                "remove",
                "default",
                "--with-keys",
                "--yes",
                "--unlock-key-file",
                recoveryKey().toString());
        assertThat(refused.status()).isEqualTo(10);
        assertThat(refused.err()).contains("hint: tpm-keyring show data --secret");
        assertThat(calls()).contains("Recover").doesNotContain("RemoveVault");
        assertThat(Files.readString(crypttab)).contains("cryptsetup luks");
    }

    @Test
    void systemdIsToldOfTheLineThatTurnedBack() throws Exception {
        volume.systemd(directory.resolve("root"));
        CommandRun removed = run(
                "remove", "data", "--yes", "--unlock-key-file", recoveryKey().toString());
        assertThat(removed.status()).as(removed.err()).isZero();
        assertThat(volume.calls()).endsWith("daemon-reload\n");
    }

    @Test
    void aVaultTakesKeyslotsAndLinesWithIt() throws Exception {
        CommandRun removed = run(
                "vault",
                "remove",
                "default",
                "--with-keys",
                "--yes",
                "--unlock-key-file",
                recoveryKey().toString());
        assertThat(removed.status()).as(removed.err()).isZero();
        assertThat(calls()).containsSubsequence("Recover", "RemoveVault");
        assertThat(volume.calls()).contains("luksKillSlot " + volume.image() + " 1");
        assertThat(Files.readString(crypttab)).isEqualTo("data UUID=1 none luks\n");
    }

    @Test
    void aVolumeThatIsGivenUpIsNotTouched() throws Exception {
        CommandRun removed = run("vault", "remove", "default", "--with-keys", "--yes", "--leave-volume");
        assertThat(removed.status()).as(removed.err()).isZero();
        assertThat(removed.err()).contains("with a keyslot for a key that is lost");
        assertThat(calls()).doesNotContain("Unlock", "Recover");
        assertThat(volume.calls()).isEmpty();
    }

    @Test
    void whatIsLostIsSaidBeforeAnybodyIsAsked() {
        CommandRun asked = command();
        asked.terminal().typing("n");
        assertThat(asked.run("remove", "data", "--leave-volume").status()).isEqualTo(1);
        assertThat(asked.terminal().seen())
                .contains("destroyed and lost for its volume")
                .contains("never opens it again");
        assertThat(calls()).doesNotContain("RemoveKey");
    }

    @Test
    void aDamagedVaultIsKeptWhileALineWaitsForAKeyOfWhichNothingIsKnown() {
        damaged = true;
        CommandRun refused = run("vault", "remove", "0f3a91c27bd44e5c8d1e6f7a8b9c0d1e", "--with-keys", "--yes");
        assertThat(refused.status()).isEqualTo(10);
        assertThat(refused.err()).contains("volume 'data'").contains("hint: tpm-keyring vault restore 0f3a91c2");
        assertThat(run("vault", "remove", "0f3a91c27bd44e5c8d1e6f7a8b9c0d1e", "--with-keys", "--yes", "--leave-volume")
                        .status())
                .isZero();
    }
}
