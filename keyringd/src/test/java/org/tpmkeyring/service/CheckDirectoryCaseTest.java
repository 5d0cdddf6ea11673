// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.KeyringException;
import org.tpmkeyring.protocol.api.Alarm;
import org.tpmkeyring.protocol.api.CheckDirectory;
import org.tpmkeyring.protocol.api.KeyInfo;
import org.tpmkeyring.protocol.api.ShowKey;
import org.tpmkeyring.protocol.api.Status;
import org.tpmkeyring.protocol.value.TargetType;
import org.tpmkeyring.testing.InMemoryFscrypt;

/** Directories that are to be mounted with a key, and those that somebody put in their place. */
class CheckDirectoryCaseTest {
    private static final String DIRECTORY = "/data/vault";

    @TempDir
    Path directory;

    private World world;

    @BeforeEach
    void open() {
        world = new World(directory);
        world.tpm.measure(7, "another state");
        world.fscrypt.mount(Path.of("/data"));
        world.add(Orders.key("vault").at("/data").encrypting(DIRECTORY));
        world.add(Orders.key("other").at("/data").encrypting("/data/other"));
        world.add(Orders.key("photos").target(TargetType.ECRYPTFS));
    }

    @AfterEach
    void close() {
        world.close();
    }

    private List<String> identifiers(String name) {
        KeyInfo key = world.call(ShowKey.METHOD, Orders.showKey(name)).key();
        return key.identifiers();
    }

    private CheckDirectory.Reply reply(String name, String path, String... found) {
        return world.call(
                CheckDirectory.METHOD, new CheckDirectory.Request(Optional.empty(), name, path, List.of(found)));
    }

    private List<String> check(String name, String path, String... found) {
        return reply(name, path, found).identifiers();
    }

    private KeyringException refusal(String name, String path, String... found) {
        return World.refusal(() -> check(name, path, found));
    }

    private List<Alarm> alarms() {
        return world.call(Status.METHOD, Orders.status()).alarms();
    }

    @Test
    void theKernelTellsTheKeyOfAnFscryptDirectory() {
        assertThat(check("vault", DIRECTORY)).isEqualTo(identifiers("vault"));
        assertThat(check("vault", DIRECTORY, "what a caller says does not count"))
                .isEqualTo(identifiers("vault"));
        assertThat(alarms()).isEmpty();
    }

    /** Else another could stand at the path for as long as it is looked at. */
    @Test
    void whichDirectoryTheKernelWasAskedAboutIsTold() {
        assertThat(reply("vault", DIRECTORY).looked()).contains(InMemoryFscrypt.identity(Path.of(DIRECTORY)));
        assertThat(reply("photos", "/srv/.photos", identifiers("photos").get(0)).looked())
                .isEmpty();
    }

    @Test
    void aDirectoryWithAnotherKeyRaisesAnAlarm() {
        KeyringException refusal = refusal("vault", "/data/other");
        assertThat(refusal.kind()).isEqualTo(ErrorKind.UNEXPECTED_VOLUME);
        assertThat(refusal.sentence())
                .isEqualTo("volume '/data/other' is not the one that its key was made for: it is encrypted with "
                        + identifiers("other").get(0) + " and not with key 'vault'");
        assertThat(refusal.hint()).isEqualTo("tpm-keyring show vault");
        assertThat(alarms()).containsExactly(new Alarm(World.NOW.getEpochSecond(), "vault", refusal.sentence()));
    }

    @Test
    void aDirectoryInClearRaisesAnAlarm() {
        KeyringException refusal = refusal("vault", "/data/plain");
        assertThat(refusal.kind()).isEqualTo(ErrorKind.UNEXPECTED_VOLUME);
        assertThat(refusal.sentence()).endsWith(": it is not encrypted");
        assertThat(alarms()).hasSize(1);
    }

    @Test
    void whatACallerFoundIsComparedWhereTheDaemonCannotLook() {
        List<String> signatures = identifiers("photos");
        assertThat(check("photos", "/srv/.photos", signatures.get(0))).containsExactly(signatures.get(0));
        assertThat(check("photos", "/srv/.photos", signatures.toArray(String[]::new)))
                .isEqualTo(signatures);
        assertThat(alarms()).isEmpty();
        KeyringException refusal = refusal("photos", "/srv/.photos", signatures.get(0), "0123456789abcdef");
        assertThat(refusal.kind()).isEqualTo(ErrorKind.UNEXPECTED_VOLUME);
        assertThat(refusal.sentence()).endsWith("it is encrypted with 0123456789abcdef and not with key 'photos'");
        assertThat(alarms()).hasSize(1);
    }

    @Test
    void whatACallerFoundInClearRaisesAnAlarm() {
        KeyringException refusal = refusal("photos", "/srv/.photos", CheckDirectory.NOT_ENCRYPTED);
        assertThat(refusal.kind()).isEqualTo(ErrorKind.UNEXPECTED_VOLUME);
        assertThat(refusal.sentence()).endsWith(": it is not encrypted");
        assertThat(alarms()).hasSize(1);
    }

    @Test
    void aUserIsToldAndTheMachineIsNotAlarmed() {
        Orders.NewKey key = Orders.key("private").target(TargetType.ECRYPTFS).in("mine");
        world.callAs(1000, org.tpmkeyring.protocol.api.AddKey.METHOD, key.request(), new ScriptedDialogue());
        CheckDirectory.Request request =
                new CheckDirectory.Request(Optional.empty(), "private", "/home/a/.Private", List.of("0".repeat(16)));
        assertThat(World.refusal(() -> world.callAs(1000, CheckDirectory.METHOD, request, new ScriptedDialogue()))
                        .kind())
                .isEqualTo(ErrorKind.UNEXPECTED_VOLUME);
        assertThat(alarms()).isEmpty();
    }

    @Test
    void whatIsNoQuestionIsRefused() {
        assertThat(refusal("none", DIRECTORY).kind()).isEqualTo(ErrorKind.NO_SUCH_KEY);
        assertThat(refusal("vault", "data/vault").sentence()).isEqualTo("directory: it wants an absolute path");
        assertThat(refusal("photos", "/srv/.photos").kind()).isEqualTo(ErrorKind.BAD_ARGUMENT);
        assertThat(refusal("photos", "/srv/.photos", "x".repeat(101)).kind()).isEqualTo(ErrorKind.BAD_ARGUMENT);
        assertThat(refusal("photos", "/srv/.photos", "x ".repeat(101).split(" ", -1))
                        .kind())
                .isEqualTo(ErrorKind.BAD_ARGUMENT);
        assertThat(alarms()).isEmpty();
    }
}
