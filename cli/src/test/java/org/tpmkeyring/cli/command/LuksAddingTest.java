// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tpmkeyring.cli.testing.CommandRun;
import org.tpmkeyring.cli.testing.FakeDaemon;
import org.tpmkeyring.cli.testing.FakeDaemon.Exchange;
import org.tpmkeyring.cli.testing.Samples;
import org.tpmkeyring.cli.volume.FakeVolume;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.KeyringException;
import org.tpmkeyring.protocol.api.AddKey;
import org.tpmkeyring.protocol.api.DoorInfo;
import org.tpmkeyring.protocol.api.DoorState;
import org.tpmkeyring.protocol.api.KeyOutcome;
import org.tpmkeyring.protocol.api.KeyResult;
import org.tpmkeyring.protocol.api.RemoveVault;
import org.tpmkeyring.protocol.api.Status;
import org.tpmkeyring.protocol.api.TpmState;
import org.tpmkeyring.protocol.api.VaultDoor;
import org.tpmkeyring.protocol.value.KeyState;
import org.tpmkeyring.protocol.value.TargetType;
import org.tpmkeyring.protocol.wire.CallMessage;
import org.tpmkeyring.protocol.wire.MalformedMessageException;
import org.tpmkeyring.protocol.wire.RecordCodec;
import org.tpmkeyring.protocol.wire.ReplyMessage;

/** What is told, and what is left, when a key for a volume is not made after all. There is no vault before. */
class LuksAddingTest {
    private static final String LIBRARY = "tpmkeyring.lib";
    private static final String RIGHT = "case $9 in 64|1) exit 0 ;; esac; exit 2";
    private static final String WRONG_PASSPHRASE = "exit 2";

    @TempDir
    Path directory;

    private final List<String> more = new ArrayList<>();
    private FakeDaemon daemon;
    private FakeVolume volume;
    private Path root;
    private Path crypttab;
    private Path recoveryKey;
    private boolean answering = true;

    @BeforeEach
    void aMachine() throws IOException {
        volume = new FakeVolume(directory, 0);
        System.setProperty(LIBRARY, volume.library.toString());
        daemon = FakeDaemon.at(directory.resolve("socket"), this::answer);
        root = directory.resolve("root");
        crypttab = Files.createDirectories(root.resolve("etc")).resolve("crypttab");
        Files.writeString(crypttab, "");
        recoveryKey = directory.resolve("recovery");
    }

    @AfterEach
    void stop() {
        daemon.close();
        System.clearProperty(LIBRARY);
    }

    private CommandRun command() {
        return new CommandRun().socket(daemon.socket()).root(root).environment("PATH", volume.programs.toString());
    }

    private CommandRun add(CommandRun command) {
        List<String> words = new ArrayList<>(List.of(
                "add", "data", "--target", "luks", "--device", volume.image().toString()));
        words.addAll(List.of("--existing-key-file", "passphrase"));
        words.addAll(more);
        return command.run(words.toArray(String[]::new));
    }

    private CommandRun addWithFile() {
        more.addAll(List.of("--recovery-key-file", recoveryKey.toString()));
        return add(command());
    }

    private List<Path> backups() throws IOException {
        try (Stream<Path> files = Files.list(root.resolve("var/backups/tpm-keyring"))) {
            return files.filter(file -> file.toString().endsWith(".img")).toList();
        }
    }

    private ReplyMessage answer(CallMessage call, Exchange exchange) throws IOException, MalformedMessageException {
        String method = call.method().substring(call.method().lastIndexOf('.') + 1);
        return switch (method) {
            case "Status" -> success(status());
            case "ShowKey" ->
                refusal(KeyringException.of(ErrorKind.NO_SUCH_KEY)
                        .with("name", "data")
                        .build());
            case "AddKey" -> {
                exchange.offer("recovery-key", new byte[32]);
                yield answering
                        ? success(new AddKey.Reply(
                                Samples.luksKey("data", KeyState.DELIVERED, Optional.empty()),
                                Optional.of(Samples.vault(VaultDoor.OPEN)),
                                outcome()))
                        : null;
            }
            case "RemoveVault" -> success(new RemoveVault.Reply(List.of(outcome())));
            default -> throw new AssertionError(method);
        };
    }

    private static ReplyMessage success(Record reply) {
        return ReplyMessage.success(RecordCodec.toTree(reply));
    }

    private static ReplyMessage refusal(KeyringException e) {
        return ReplyMessage.failure(e.kind().wireName(), new HashMap<>(Map.copyOf(e.fields())));
    }

    private static KeyOutcome outcome() {
        return Samples.outcome("data", TargetType.LUKS, KeyResult.DELIVERED);
    }

    private Status.Reply status() {
        return new Status.Reply(
                "0",
                0,
                "",
                false,
                TpmState.READY,
                "",
                directory.toString(),
                new DoorInfo(DoorState.OFF, Optional.empty(), Optional.empty()),
                List.of(),
                List.of(),
                List.of(),
                List.of());
    }

    @Test
    void whereTheAnswerIsLostNobodySaysThatThereIsNoKey() throws Exception {
        answering = false;
        CommandRun lost = addWithFile();
        assertThat(lost.status()).as(lost.err()).isEqualTo(9);
        assertThat(lost.err())
                .contains("volume and /etc/crypttab are as they were")
                .contains("whether keyringd made the key meanwhile is not known: tpm-keyring show data")
                .doesNotContain("volume, keys");
        assertThat(recoveryKey).exists();
    }

    @Test
    void afterAWrongPassphraseTheSameCommandCanBeGivenAgain() throws Exception {
        more.addAll(List.of("--header-backup", directory.resolve("header").toString()));
        volume.tried(WRONG_PASSPHRASE);
        CommandRun refused = addWithFile();
        assertThat(refused.status()).as(refused.err()).isEqualTo(2);
        assertThat(refused.err())
                .contains("the recovery key of vault 'default' opens nothing")
                .contains(recoveryKey + " is deleted")
                .contains("its copy is deleted")
                .contains("volume, keys and /etc/crypttab are as they were");
        assertThat(recoveryKey).doesNotExist();

        volume.tried(RIGHT);
        CommandRun added = add(command());
        assertThat(added.status()).as(added.err()).isZero();
        assertThat(recoveryKey).exists();
        assertThat(directory.resolve("header")).exists();
    }

    @Test
    void aRecoveryKeyThatWasShownIsSaidToOpenNothing() throws Exception {
        volume.tried(WRONG_PASSPHRASE);
        CommandRun shown = command();
        shown.terminal().silent();
        assertThat(add(shown).status()).isEqualTo(2);
        assertThat(shown.err()).contains("the recovery key of vault 'default' opens nothing");
        assertThat(backups()).isEmpty();
    }

    @Test
    void theCopyOfAHeaderThatIsAnotherOneNowStays() throws Exception {
        volume.tried("printf x >> " + volume.image() + "; printf x | dd conv=notrunc bs=1 seek=500 of=" + volume.image()
                + "; exit 2");
        CommandRun refused = addWithFile();
        assertThat(refused.err()).contains("the copy of the header stays, ");
        assertThat(backups()).hasSize(1);
    }

    @Test
    void whoAgreesIsToldToWhat() throws Exception {
        Files.writeString(crypttab, "data " + volume.image() + " none luks,discard\n");
        CommandRun refused = addWithFile();
        assertThat(refused.status()).isEqualTo(2);
        assertThat(refused.err())
                .contains("It is to become:\n  data " + volume.image() + " " + directory.resolve("cryptsetup"))
                .contains("needed to change the line about volume 'data' in /etc/crypttab, since")
                .contains("hint: the same command with --yes");
    }

    @Test
    void aLineThatNamesAnotherDeviceIsNotMadeAWish() throws Exception {
        Files.writeString(crypttab, "data UUID=old none luks\n");
        CommandRun refused = addWithFile();
        assertThat(refused.status()).isEqualTo(2);
        assertThat(refused.err())
                .contains("names another device, UUID=old; correct it, or use --no-crypttab")
                .contains("hint: man crypttab");
        more.add("--no-crypttab");
        volume.tried(RIGHT);
        assertThat(add(command()).status()).isZero();
    }

    @Test
    void systemdReadsTheTableAnewWhateverTheFormOfTheAnswerIs() throws Exception {
        volume.systemd(root).tried(RIGHT);
        daemon.close();
        Path runtime = Files.createDirectories(root.resolve("run/tpm-keyring"));
        daemon = FakeDaemon.at(runtime.resolve("socket"), this::answer);
        more.add("--json=short");
        CommandRun added = addWithFile();
        assertThat(added.status()).as(added.err()).isZero();
        assertThat(added.out().lines()).hasSize(1);
        assertThat(Files.readString(crypttab)).startsWith("data " + volume.image() + " " + runtime + "/cryptsetup ");
        assertThat(volume.calls()).endsWith("daemon-reload\n");
    }

    @Test
    void systemdAsksOneKeyringdOnly() throws Exception {
        volume.systemd(root);
        CommandRun refused = addWithFile();
        assertThat(refused.status()).isEqualTo(2);
        assertThat(refused.err())
                .contains("/run/tpm-keyring/cryptsetup, not by the one at " + directory.resolve("cryptsetup"))
                .contains("hint: the same command with --no-crypttab");
        more.add("--no-crypttab");
        volume.tried(RIGHT);
        assertThat(add(command()).status()).isZero();
        assertThat(Files.readString(crypttab)).isEmpty();
    }
}
