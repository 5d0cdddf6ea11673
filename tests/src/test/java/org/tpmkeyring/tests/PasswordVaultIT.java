// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.tpmkeyring.protocol.value.KeyState;
import org.tpmkeyring.testing.Requires;

/** A vault with a PIN, as a person at a terminal and a script have it. */
final class PasswordVaultIT {
    private static final Path TERMINAL = Path.of("../tests/clients/terminal.py");
    private static final String PIN = "eins zwei 34";
    private static final String OTHER = "fünf sechs";
    private static final String ASKED = "PIN of vault 'home': ";
    private static final String ASKED_NEW = "New PIN for vault 'home': ";
    private static final String AGAIN = "The same again: ";

    private Machine machine;
    private String key;

    @BeforeEach
    void makeAVault() throws IOException {
        Requires.root();
        Requires.command("python3");
        Requires.command("tpm2_dictionarylockout");
        machine = Machine.start();
        key = machine.unique("key");
        String made = typed(
                List.of(ASKED_NEW, PIN, AGAIN, PIN),
                0,
                "vault",
                "create",
                "home",
                "--when=login",
                "--tpm2-pcrs=7",
                "--tpm2-with-pin",
                "--recovery-key-file=" + recoveryKey());
        assertThat(made).contains("tpm2-1 (7:sha256+pin)");
        machine.cli()
                .run("add", key, "--target=user", "--generate", "--vault=home", "--password-file=" + file(PIN))
                .ok();
        machine.cli().run("lock", "home").ok();
    }

    @AfterEach
    void stop() throws IOException {
        if (machine != null) {
            machine.close();
        }
    }

    private Path recoveryKey() {
        return machine.file("recovery");
    }

    private Path file(String password) throws IOException {
        Path file = machine.file("password-" + password.hashCode());
        Files.writeString(file, password + "\n");
        return file;
    }

    /** What the terminal showed. */
    private String typed(List<String> questionsAndAnswers, int status, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("python3", TERMINAL.toString()));
        command.addAll(questionsAndAnswers);
        command.addAll(List.of("--", Dist.program("tpm-keyring").toString()));
        command.addAll(List.of(arguments));
        return Program.of(command.toArray(String[]::new))
                .env("TPM_KEYRING_SOCKET", machine.socket().toString())
                .run()
                .endedWith(status)
                .text();
    }

    private void assertDelivered() throws IOException {
        assertThat(machine.cli().key(key).state()).isEqualTo(KeyState.DELIVERED);
        machine.cli().run("lock", "home").ok();
    }

    @Test
    void aPersonTypesThePinUnseen() throws IOException {
        assertThat(typed(List.of(ASKED, "falsch"), 3, "unlock", "home"))
                .contains("the password does not open vault 'home', after 2 more", "hint: tpm-keyring unlock home");
        assertThat(typed(List.of(ASKED, "falsch"), 3, "unlock", "home")).contains("was not tried again");
        assertThat(typed(List.of(ASKED, PIN), 0, "unlock", "home")).contains("tpm2-1");
        assertDelivered();
    }

    @Test
    void aScriptIsToldWhatToTypeAndMayGiveAFile() throws IOException {
        Outcome refused = machine.cli().run("unlock", "home").endedWith(3);
        assertThat(refused.errors()).contains("vault 'home' is opened by a password", "hint: tpm-keyring unlock home");
        assertThat(machine.cli()
                        .run("unlock", "--all", "--when=login")
                        .endedWith(3)
                        .errors())
                .contains("is opened by a password");
        machine.cli().run("unlock", "home", "--password-file=" + file(PIN)).ok();
        assertDelivered();
        assertThat(machine.cli().run("protector", "list", "--vault=home").ok().text())
                .contains("tpm2+pin");
        assertThat(machine.cli().run("explain", "home").ok().text()).contains("with its PIN");
    }

    @Test
    void lockoutIsToldAndTheRecoveryKeyStillWorks() throws IOException {
        machine.tpm()
                .tool(
                        "tpm2_dictionarylockout",
                        "--setup-parameters",
                        "--max-tries=2",
                        "--recovery-time=600",
                        "--lockout-recovery-time=600");
        for (String wrong : List.of("a", "b")) {
            machine.cli()
                    .run("unlock", "home", "--password-file=" + file(wrong))
                    .endedWith(3);
        }
        Outcome locked = machine.cli()
                .run("unlock", "home", "--password-file=" + file(PIN))
                .endedWith(8);
        assertThat(locked.errors())
                .contains("refuses authorisations for another 600 s", "hint: tpm-keyring recover home");
        machine.cli()
                .run("recover", "home", "--recovery-key-file=" + recoveryKey())
                .ok();
        assertDelivered();
    }

    @Test
    void aPinIsChangedWithTheOldOneOrWhenItIsForgotten() throws IOException {
        typed(List.of(ASKED, PIN, ASKED_NEW, OTHER, AGAIN, OTHER), 0, "protector", "change", "--vault", "home");
        machine.cli().run("unlock", "home", "--password-file=" + file(PIN)).endedWith(3);
        machine.cli().run("unlock", "home", "--password-file=" + file(OTHER)).ok();
        assertDelivered();
        machine.cli()
                .run(
                        "protector",
                        "change",
                        "--vault=home",
                        "--unlock-key-file=" + recoveryKey(),
                        "--new-password-file=" + file(PIN))
                .ok();
        machine.cli().run("unlock", "home", "--password-file=" + file(PIN)).ok();
        assertDelivered();
    }

    @Test
    void afterAFirmwareUpdateItIsSealedAnewToAPin() throws IOException {
        machine.tpm().extend(7, 9);
        assertThat(machine.cli()
                        .run("unlock", "home", "--password-file=" + file(PIN))
                        .endedWith(7)
                        .errors())
                .contains("PCR 7");
        Outcome kept = machine.cli()
                .run("recover", "home", "--reseal", "--recovery-key-file=" + recoveryKey())
                .ok();
        assertThat(kept.errors()).contains("no PIN was given", "hint: tpm-keyring protector change tpm2-1");
        machine.cli()
                .run(
                        "protector",
                        "change",
                        "tpm2-1",
                        "--vault=home",
                        "--unlock-key-file=" + recoveryKey(),
                        "--new-password-file=" + file(OTHER))
                .ok();
        machine.cli().run("lock", "home").ok();
        machine.cli().run("unlock", "home", "--password-file=" + file(OTHER)).ok();
        machine.cli()
                .run("reseal", "home", "--tpm2-pcrs=7+14", "--password-file=" + file(OTHER))
                .ok();
        machine.cli().run("lock", "home").ok();
        machine.cli().run("unlock", "home", "--password-file=" + file(OTHER)).ok();
        assertDelivered();
    }

    @Test
    void aPassphraseOpensItAfterTheTpmWasCleared() throws IOException {
        machine.cli()
                .run(
                        "protector",
                        "add",
                        "passphrase",
                        "--vault=home",
                        "--password-file=" + file(PIN),
                        "--new-password-file=" + file(OTHER))
                .ok();
        machine.tpm().tool("tpm2_clear");
        typed(List.of("Passphrase of vault 'home': ", OTHER), 0, "unlock", "home");
        assertDelivered();
    }
}
