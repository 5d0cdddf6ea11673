// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.tpmkeyring.protocol.value.KeyState;
import org.tpmkeyring.testing.Requires;

/** Keys change behind the daemon's back; it asks the kernel and does not believe its own memory. */
class Show11WorldIT {
    private static final long ANNA = 4721;

    private Machine machine;
    private String name;
    private KernelKeys keys;

    @BeforeEach
    void start() throws IOException {
        Requires.root();
        Requires.command("keyctl");
        machine = Machine.start();
        name = machine.unique("note");
        keys = new KernelKeys(ANNA);
        machine.as(ANNA)
                .command("add", name, "--target=user", "--key-file=-", "--no-recovery-key")
                .input("hers")
                .run()
                .ok();
    }

    @AfterEach
    void stop() throws IOException {
        machine.as(ANNA).run("lock");
        keys.keyctl("clear", "@u");
        machine.close();
    }

    private KeyState state() throws IOException {
        return machine.as(ANNA).key(name).state();
    }

    private void assertUnlockPutsItBack() throws IOException {
        machine.as(ANNA).run("unlock").ok();
        assertThat(state()).isEqualTo(KeyState.DELIVERED);
        assertThat(keys.keyctl("pipe", "%user:" + name).ok().output())
                .isEqualTo("hers".getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void aKeyThatItsUserUnlinkedIsListedAsLockedAndPutBack() throws IOException {
        keys.keyctl("unlink", "%user:" + name, "@u").ok();
        assertThat(state()).isEqualTo(KeyState.LOCKED);
        assertUnlockPutsItBack();
    }

    @Test
    void aKeyringThatItsUserClearedIsFilledAgain() throws IOException {
        keys.keyctl("clear", "@u").ok();
        assertThat(state()).isEqualTo(KeyState.LOCKED);
        assertUnlockPutsItBack();
    }

    @Test
    void aKeyThatItsUserReplacedIsListedAsReplacedAndPutBack() throws IOException {
        keys.keyctl("unlink", "%user:" + name, "@u").ok();
        keys.keyctl("add", "user", name, "something else", "@u").ok();
        assertThat(state()).isEqualTo(KeyState.REPLACED);
        assertUnlockPutsItBack();
    }

    @Test
    void aKeyThatWasRevokedByHandIsListedAsRevokedAndPutBack() throws IOException {
        String serial = machine.as(ANNA).key(name).serials().get(0).toString();
        Outcome byHerself = keys.keyctl("revoke", serial);
        Outcome byRoot = new KernelKeys(0).keyctl("revoke", serial);

        if (byHerself.status() == 0 || byRoot.status() == 0) {
            assertThat(state()).isEqualTo(KeyState.REVOKED);
        } else {
            assertThat(state()).as("nobody may revoke a delivered key").isEqualTo(KeyState.DELIVERED);
        }
        assertUnlockPutsItBack();
    }

    @Test
    void anUnlockWhenEverythingIsInPlaceAlreadyChangesNothing() throws IOException {
        var before = machine.as(ANNA).key(name).serials();
        machine.as(ANNA).run("unlock").ok();
        assertThat(machine.as(ANNA).key(name).serials()).isEqualTo(before);
    }

    @Test
    void aDaemonThatIsRestartedStillKnowsWhatIsDelivered() throws IOException {
        machine.daemon().stop();
        machine.startDaemon();
        assertThat(state()).isEqualTo(KeyState.DELIVERED);
        machine.as(ANNA).run("lock").ok();
        assertThat(state()).isEqualTo(KeyState.LOCKED);
        assertThat(keys.find("user", name)).isEmpty();
    }
}
