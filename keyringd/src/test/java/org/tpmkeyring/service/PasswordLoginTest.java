// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.api.AddKey;
import org.tpmkeyring.protocol.api.ChangePassword;
import org.tpmkeyring.protocol.api.CreateVault;
import org.tpmkeyring.protocol.api.KeepPassword;
import org.tpmkeyring.protocol.api.Lock;
import org.tpmkeyring.protocol.api.OpenSession;
import org.tpmkeyring.protocol.value.When;

/** Logins of uid 1000, whose vault takes his login password as PIN. */
final class PasswordLoginTest extends WorldTest {
    private static final long ALICE = 1000;
    private static final int SSHD = 101;
    private static final String PASSWORD = "31323334";
    private static final String WRONG = "39";

    @BeforeEach
    void makeAVault() {
        world.sessions.process(SSHD);
        CreateVault.Request home = new CreateVault.Request(
                Optional.of(ALICE), "home", Optional.of(When.LOGIN), Optional.empty(), false, true, false, true);
        assertThat(world.call(CreateVault.METHOD, home, typing(PASSWORD))).isNotNull();
        AddKey.Request key = Orders.key("a").in("home").owner(ALICE).request();
        assertThat(world.call(AddKey.METHOD, key, typing(PASSWORD))).isNotNull();
        lock();
    }

    private static ScriptedDialogue typing(String... answers) {
        ScriptedDialogue person = new ScriptedDialogue();
        List.of(answers).forEach(person::answering);
        return person;
    }

    private void lock() {
        Lock.Request all = new Lock.Request(Optional.of(ALICE), List.of(), true);
        assertThat(world.call(Lock.METHOD, all).vaults()).hasSize(1);
    }

    private boolean keep(String password) {
        return world.call(KeepPassword.METHOD, new KeepPassword.Request(Optional.of(ALICE)), typing(password))
                .kept();
    }

    private OpenSession.Reply open() {
        return world.callFrom(SSHD, OpenSession.METHOD, Orders.openSession(ALICE, "sshd"));
    }

    @Test
    void thePasswordOfTheLoginOpensTheVaultOnce() {
        assertThat(keep(PASSWORD)).isTrue();
        assertThat(open().opened()).isEqualTo(1);
        lock();
        assertThat(open().refused()).isEqualTo(1);
    }

    @Test
    void aLoginWithoutPasswordIsToldHowToOpenTheVault() {
        OpenSession.Reply session = open();
        assertThat(session.opened()).isZero();
        assertThat(session.message().orElseThrow()).contains("home").contains("password");
        assertThat(session.hint()).contains("tpm-keyring unlock home");
        assertThat(world.sessions.told).containsExactly("in home: " + ErrorKind.PASSWORD_NEEDED.wireName());
    }

    @Test
    void nobodyIsAskedForAPasswordThatIsOfNoUse() {
        assertThat(keep(PASSWORD)).isTrue();
        open();
        KeepPassword.Request again = new KeepPassword.Request(Optional.of(ALICE));
        assertThat(world.call(KeepPassword.METHOD, again, new ScriptedDialogue()))
                .isEqualTo(new KeepPassword.Reply(false));
        KeepPassword.Request nobody = new KeepPassword.Request(Optional.of(ALICE + 1));
        assertThat(world.call(KeepPassword.METHOD, nobody, new ScriptedDialogue()))
                .isEqualTo(new KeepPassword.Reply(false));
    }

    @Test
    void aPasswordThatComesTooLateIsForgotten() {
        assertThat(keep(PASSWORD)).isTrue();
        world.sessions.pass(World.LOGIN_PASSWORD);
        assertThat(open().refused()).isEqualTo(1);
    }

    @Test
    void aWrongOneIsToldAndTriedOnceInAllLogins() {
        keep(WRONG);
        assertThat(open().message().orElseThrow()).contains("home").contains("password");
        int unseals = world.tpm.unsealCalls();
        keep(WRONG);
        assertThat(open().refused()).isEqualTo(1);
        assertThat(world.tpm.unsealCalls()).isEqualTo(unseals);
        keep(PASSWORD);
        assertThat(open().opened()).isEqualTo(1);
    }

    @Test
    void aPasswordThatHadToBeChangedAtLoginOpensTheVaultRightAway() {
        keep(PASSWORD);
        ChangePassword.Request change = new ChangePassword.Request(Optional.of(ALICE));
        assertThat(world.call(ChangePassword.METHOD, change, typing(PASSWORD, WRONG))
                        .changed())
                .isEqualTo(1);
        assertThat(open().opened()).isEqualTo(1);
    }
}
