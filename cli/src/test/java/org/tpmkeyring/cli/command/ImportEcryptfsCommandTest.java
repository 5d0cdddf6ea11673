// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tpmkeyring.cli.testing.CommandRun;
import org.tpmkeyring.cli.testing.FakeDaemon;
import org.tpmkeyring.cli.testing.FakeDaemon.Exchange;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.KeyringException;
import org.tpmkeyring.protocol.api.ImportEcryptfs;
import org.tpmkeyring.protocol.api.KeyInfo;
import org.tpmkeyring.protocol.api.KeyOutcome;
import org.tpmkeyring.protocol.api.KeyResult;
import org.tpmkeyring.protocol.value.KeyState;
import org.tpmkeyring.protocol.value.TargetType;
import org.tpmkeyring.protocol.wire.CallMessage;
import org.tpmkeyring.protocol.wire.MalformedMessageException;
import org.tpmkeyring.protocol.wire.RecordCodec;
import org.tpmkeyring.protocol.wire.ReplyMessage;

class ImportEcryptfsCommandTest {
    private static final List<String> SIGNATURES = List.of("d395309aaad4de06", "be877764c5918621");

    @TempDir
    Path directory;

    private Path kept;
    private String uid;
    private String password = "";
    private Optional<KeyringException> refusal = Optional.empty();
    private final CommandRun run = new CommandRun();

    @BeforeEach
    void aDirectoryOfEcryptfsUtils() throws IOException {
        kept = Files.createDirectory(directory.resolve("kept"));
        uid = String.valueOf(Files.getAttribute(kept, "unix:uid"));
        Files.write(kept.resolve("wrapped-passphrase"), new byte[] {':', 2, 7});
        Files.writeString(kept.resolve("Private.sig"), String.join("\n", SIGNATURES) + "\n");
        Files.writeString(kept.resolve("Private.mnt"), "/home/alice/Private\n");
        Files.createFile(kept.resolve("auto-mount"));
    }

    private ReplyMessage answer(CallMessage call, Exchange exchange) throws IOException, MalformedMessageException {
        password = new String(exchange.want("password", 64), StandardCharsets.UTF_8);
        if (refusal.isPresent()) {
            return ReplyMessage.failure(
                    refusal.get().kind().wireName(), new HashMap<>(refusal.get().fields()));
        }
        String name = (String) call.parameters().get("name");
        KeyInfo key = new KeyInfo(
                name,
                "default",
                1000,
                TargetType.ECRYPTFS,
                KeyState.DELIVERED,
                SIGNATURES,
                List.of(),
                Optional.empty(),
                Optional.empty(),
                32,
                0);
        KeyOutcome outcome = new KeyOutcome(
                name,
                TargetType.ECRYPTFS,
                KeyResult.DELIVERED,
                SIGNATURES,
                List.of(),
                "user keyring of uid 1000",
                Optional.empty(),
                Optional.empty());
        return ReplyMessage.success(RecordCodec.toTree(new ImportEcryptfs.Reply(key, Optional.empty(), outcome)));
    }

    /** What the daemon was asked for; empty where it was not called. */
    private Map<String, Object> imported(String... options) throws IOException {
        try (FakeDaemon daemon = FakeDaemon.at(directory.resolve("socket"), this::answer)) {
            String[] words = new String[options.length + 4];
            System.arraycopy(new String[] {"import", "ecryptfs", "--user", uid}, 0, words, 0, 4);
            System.arraycopy(options, 0, words, 4, options.length);
            run.socket(daemon.socket()).run(words);
            return daemon.calls().isEmpty() ? Map.of() : daemon.calls().get(0).parameters();
        }
    }

    @Test
    void asksForThePasswordOnceAndSaysWhatHappensNow() throws IOException {
        run.terminal().typing("open sesame");
        Map<String, Object> request = imported("--from", kept.toString());

        assertThat(run.status()).isZero();
        assertThat(password).isEqualTo("open sesame");
        assertThat(run.terminal().seen()).contains("Login password of ").doesNotContain("sesame");
        assertThat(request)
                .containsEntry("name", "private")
                .containsEntry("wrapped", "3a0207")
                .containsEntry("signatures", SIGNATURES)
                .doesNotContainKey("salt");
        assertThat(run.out() + run.err())
                .contains("key 'private' (ecryptfs) added to vault 'default'")
                .contains("the next login mounts /home/alice/Private without a password")
                .contains(kept + "/wrapped-passphrase stays as it is");
    }

    @Test
    void saysWhichPassphraseIsMeantWhereItIsNotThatOfTheLogin() throws IOException {
        Files.createFile(kept.resolve("wrapping-independent"));
        Files.delete(kept.resolve("auto-mount"));
        run.terminal().typing("other");
        imported("mine", "--from", kept.toString());

        assertThat(run.terminal().seen()).contains("Passphrase of ecryptfs-utils, which is not the login password");
        assertThat(run.err()).contains("auto-mount is missing").contains("hint: touch " + kept + "/auto-mount");
    }

    @Test
    void readsThePasswordFromStandardInputWithoutItsLineBreak() throws IOException {
        run.input("from a script\n".getBytes(StandardCharsets.UTF_8));
        imported("--from", kept.toString(), "--password-file", "-");

        assertThat(run.status()).isZero();
        assertThat(password).isEqualTo("from a script");
    }

    @Test
    void aWrongPasswordIsToldWithTheCommandToTypeAgain() throws IOException {
        refusal = Optional.of(KeyringException.of(ErrorKind.WRONG_LOGIN_PASSWORD)
                .with("what", "it")
                .with("command", "import ecryptfs")
                .build());
        run.terminal().typing("wrong");
        imported("mine", "--from", kept.toString());

        assertThat(run.status()).isEqualTo(ErrorKind.WRONG_LOGIN_PASSWORD.exitCode());
        assertThat(run.err())
                .contains("the password is wrong, it is not opened by it")
                .contains("hint: tpm-keyring import ecryptfs mine --from " + kept + " --user " + uid);
    }

    @Test
    void anEmptyOrLongPasswordIsToldBeforeItTravels() throws IOException {
        for (String typed : List.of("", "p".repeat(65))) {
            CommandRun one = new CommandRun();
            one.terminal().typing(typed);
            try (FakeDaemon daemon = FakeDaemon.at(directory.resolve("socket"), this::answer)) {
                one.socket(daemon.socket()).run("import", "ecryptfs", "--user", uid, "--from", kept.toString());
            }
            assertThat(one.status()).isEqualTo(2);
            assertThat(one.err()).contains("1 to 64 are possible");
            assertThat(password).isEmpty();
        }
    }

    @Test
    void withoutTerminalAndFileTheDaemonIsNotCalled() throws IOException {
        assertThat(imported("--from", kept.toString())).isEmpty();
        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).contains("--password-file: needed");
    }

    @Test
    void standardInputIsOneThingOnly() throws IOException {
        assertThat(imported("--from", kept.toString(), "--password-file=-", "--unlock-key-file=-"))
                .isEmpty();
        assertThat(run.err()).contains("standard input is read for --password-file already");
    }

    @Test
    void whereThereIsNothingToImportTheDaemonIsNotCalled() throws IOException {
        Files.delete(kept.resolve("wrapped-passphrase"));
        run.terminal().typing("open sesame");
        assertThat(imported("--from", kept.toString())).isEmpty();
        assertThat(run.err()).contains("has no wrapped-passphrase").contains("hint: ls -la " + kept);
    }
}
