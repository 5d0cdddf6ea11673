// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.command;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.tpmkeyring.cli.testing.CommandRun;
import org.tpmkeyring.cli.testing.FakeDaemon;
import org.tpmkeyring.cli.testing.FakeDaemon.Exchange;
import org.tpmkeyring.cli.testing.Samples;
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
import org.tpmkeyring.protocol.api.Unlock;
import org.tpmkeyring.protocol.api.VaultDoor;
import org.tpmkeyring.protocol.api.VaultOutcome;
import org.tpmkeyring.protocol.value.KeyState;
import org.tpmkeyring.protocol.value.TargetType;
import org.tpmkeyring.protocol.wire.CallMessage;
import org.tpmkeyring.protocol.wire.MalformedMessageException;
import org.tpmkeyring.protocol.wire.RecordCodec;
import org.tpmkeyring.protocol.wire.ReplyMessage;

/** A machine with a volume, its key and its line in /etc/crypttab, and a keyringd whose door is closed. */
abstract class LuksRemovingMachine {
    private static final String LIBRARY = "tpmkeyring.lib";
    static final String RECOVERY_KEY =
            "cbcjcvbhd-btdfdnedc-ekfcfifuf-gggrhehlu-ibijivjhf-jtkfknldt-lkncninun-rgrrtetlu";

    @TempDir
    Path directory;

    final List<String> wanted = new CopyOnWriteArrayList<>();
    FakeDaemon daemon;
    FakeVolume volume;
    Path crypttab;
    boolean damaged;
    boolean open;
    VaultDoor door = VaultDoor.SHUT;
    List<KeyOutcome> inUse = List.of();
    List<String> keys = List.of("data");
    Optional<String> namesakeIn = Optional.empty();

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

    CommandRun run(String... words) {
        return command().run(words);
    }

    CommandRun command() {
        return new CommandRun()
                .socket(daemon.socket())
                .root(directory.resolve("root"))
                .environment("PATH", volume.programs.toString());
    }

    List<String> calls() {
        return daemon.calls().stream()
                .map(call -> call.method().substring(call.method().lastIndexOf('.') + 1))
                .toList();
    }

    private ReplyMessage answer(CallMessage call, Exchange exchange) throws IOException, MalformedMessageException {
        String method = call.method().substring(call.method().lastIndexOf('.') + 1);
        return switch (method) {
            case "ShowKey" -> success(new ShowKey.Reply(key("data"), Samples.vault(door)));
            case "ListKeys" ->
                damaged && call.parameters().get("vault") != null
                        ? refusal(KeyringException.of(ErrorKind.VAULT_DAMAGED).build())
                        : success(new ListKeys.Reply(listed(call)));
            case "Unlock" ->
                open
                        ? success(new Unlock.Reply(List.of(opened(KeyResult.IN_PLACE))))
                        : refusal(KeyringException.of(ErrorKind.DOOR_CLOSED)
                                .with("vault", "default")
                                .build());
            case "Recover" -> {
                wanted.add(new String(exchange.want("recovery-key", 32), StandardCharsets.ISO_8859_1));
                yield success(new Recover.Reply(opened(KeyResult.DELIVERED), List.of(), List.of()));
            }
            case "RemoveKey" -> {
                wanted.add(new String(exchange.want("recovery-key", 32), StandardCharsets.ISO_8859_1));
                yield success(new RemoveKey.Reply(removal()));
            }
            case "RemoveVault" -> success(new RemoveVault.Reply(List.of(removal())));
            default -> throw new AssertionError(method);
        };
    }

    private List<KeyInfo> listed(CallMessage call) throws IOException {
        if (damaged) {
            return List.of();
        }
        return call.parameters().get("vault") == null ? everyVaults() : all();
    }

    private static ReplyMessage success(Record reply) {
        return ReplyMessage.success(RecordCodec.toTree(reply));
    }

    private static ReplyMessage refusal(KeyringException e) {
        return ReplyMessage.failure(e.kind().wireName(), new HashMap<>(Map.copyOf(e.fields())));
    }

    private List<KeyInfo> all() throws IOException {
        List<KeyInfo> all = new ArrayList<>();
        for (String name : keys) {
            all.add(key(name));
        }
        return all;
    }

    /** With the key of a vault that was put back from a backup. */
    private List<KeyInfo> everyVaults() throws IOException {
        List<KeyInfo> every = all();
        if (namesakeIn.isPresent()) {
            every.add(key("data").knowingVaultAs(namesakeIn.get()));
        }
        return every;
    }

    private KeyInfo key(String name) throws IOException {
        return Samples.luksKey(name, KeyState.LOCKED, Optional.of(volume.opens()));
    }

    private VaultOutcome opened(KeyResult result) {
        Stream<KeyOutcome> opened = keys.stream().map(name -> Samples.outcome(name, TargetType.LUKS, result));
        return Samples.opened(Stream.concat(opened, inUse.stream()).toList());
    }

    private KeyOutcome removal() {
        return open
                ? Samples.outcome(
                        "data",
                        TargetType.LUKS,
                        KeyResult.BUSY,
                        Optional.of("volume 'data' stays open"),
                        Optional.of("cryptsetup close data"))
                : Samples.outcome("data", TargetType.LUKS, KeyResult.REMOVED);
    }

    /** With whatever else was typed. */
    CommandRun removeVault(String... words) {
        return run(Stream.concat(Stream.of("vault", "remove", "default", "--with-keys", "--yes"), Stream.of(words))
                .toArray(String[]::new));
    }

    CommandRun removeVaultWithRecoveryKey() throws IOException {
        return removeVault("--unlock-key-file", recoveryKey().toString());
    }

    Path recoveryKey() throws IOException {
        return Files.writeString(directory.resolve("recovery"), RECOVERY_KEY);
    }
}
