// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.tpmkeyring.protocol.value.KeyState;
import org.tpmkeyring.protocol.wire.ReplyMessage;
import org.tpmkeyring.testing.Requires;

/** A password for what comes after a login, asked for as the PAM module does. */
class AuthtokIT {
    private static final long ALICE = 4734;
    private static final String PASSWORD = "open sesame";
    private static final String METHOD = "org.tpmkeyring.ReleaseAuthtok";

    private Machine machine;

    @BeforeEach
    void start() throws IOException {
        Requires.root();
        Requires.command("perl");
        machine = Machine.start();
    }

    @AfterEach
    void stop() throws IOException {
        machine.close();
    }

    private void add(String... options) throws IOException {
        machine.cli()
                .command("add", "wallet", "--target=authtok", "--user=" + ALICE)
                .with("--tpm2-pcrs=7", "--recovery-key-file=" + machine.file("recovery"))
                .with(options)
                .input(PASSWORD + "\n")
                .run()
                .ok();
    }

    @Test
    void rootsModuleGetsItAndConfirmsIt() throws IOException {
        add("--key-file=-");
        try (RawConnection module = new RawConnection(machine.socket())) {
            ReplyMessage step = module.call(METHOD, Map.of("owner", ALICE), true);
            assertThat(step.continues()).isTrue();
            assertThat(step.parameters()).containsEntry("offer", "authtok");
            assertThat(module.frame()).isEqualTo(PASSWORD.getBytes(StandardCharsets.UTF_8));
            module.send(new byte[4]);
            assertThat(module.reply().parameters()).containsEntry("released", true);
        }
        assertThat(machine.daemon().log())
                .contains("ReleaseAuthtok of uid " + ALICE + ": released")
                .doesNotContain(PASSWORD);
    }

    @Test
    void nothingIsOfferedWhereThereIsNone() throws IOException {
        try (RawConnection module = new RawConnection(machine.socket())) {
            ReplyMessage answer = module.call(METHOD, Map.of("owner", ALICE), true);
            assertThat(answer.continues()).isFalse();
            assertThat(answer.parameters()).containsEntry("released", false);
        }
    }

    @Test
    void nobodyButRootIsTheModule() throws IOException {
        add("--key-file=-");
        String call = "{\"method\":\"" + METHOD + "\",\"parameters\":{\"owner\":" + ALICE + "},\"upgrade\":true}\0";
        Outcome refused = Program.of(
                        "perl",
                        "-MIO::Socket::UNIX",
                        "-e",
                        "$s = IO::Socket::UNIX->new(Peer => $ARGV[0]) or die; local $/ = \"\\0\";"
                                + " print $s <STDIN>; $s->flush; print scalar <$s>",
                        machine.socket().toString())
                .input(call)
                .as(ALICE)
                .run()
                .ok();
        assertThat(refused.text()).contains("org.tpmkeyring.NotPermitted").doesNotContain(PASSWORD);
    }

    @Test
    void theWholeWayOfAPersonIsFreeOfWrongAlarms() throws IOException {
        add("--generate");
        Cli cli = machine.cli();
        assertThat(cli.json(org.tpmkeyring.protocol.api.ShowKey.Reply.class, "show", "wallet", "--user=" + ALICE)
                        .key()
                        .state())
                .isEqualTo(KeyState.AT_LOGIN);
        cli.run("unlock", "--user=" + ALICE).ok();
        assertThat(cli.run("show", "wallet", "--secret", "--user=" + ALICE).ok().text())
                .matches("[0-9a-f]{32}");
        assertThat(cli.run("list", "--user=" + ALICE).ok().text()).contains("authtok", "at-login");
        cli.run("lock", "--user=" + ALICE).ok();
        assertThat(cli.run("add", "other", "--target=authtok", "--generate", "--user=" + ALICE)
                        .errors())
                .contains("only one key of target authtok is possible, and 'wallet' exists already")
                .contains("tpm-keyring remove wallet --user " + ALICE);
        cli.run("remove", "wallet", "--yes", "--user=" + ALICE).ok();
    }
}
