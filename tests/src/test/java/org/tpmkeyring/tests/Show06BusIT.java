// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.security.SecureRandom;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tpmkeyring.protocol.api.KeyInfo;
import org.tpmkeyring.protocol.api.ListKeys;
import org.tpmkeyring.protocol.value.KeyState;
import org.tpmkeyring.testing.TpmRelay;

/** Somebody listens on the bus between daemon and TPM. */
class Show06BusIT {
    private static final int MOST_COMMANDS_OF_AN_UNLOCK = 5;

    /** Four equal bytes in a row of some thousand happen by chance once in a million runs; eight never. */
    private static final int TELLING_RUN_BYTES = 8;

    private Machine machine;
    private TpmRelay relay;

    @BeforeEach
    void start() throws IOException {
        machine = Machine.withoutDaemon();
        relay = TpmRelay.before(machine.tpm());
        machine.startDaemon(relay.tcti());
    }

    @AfterEach
    void stop() throws IOException {
        machine.close();
        relay.close();
    }

    @ParameterizedTest(name = "{0} keys")
    @ValueSource(ints = {1, 100})
    void anUnlockTakesAtMostFiveCommandsAndTellsNothing(int keys) throws IOException {
        machine.cli().makeVault(machine.file("recovery")).ok();
        byte[] key = new byte[64];
        new SecureRandom().nextBytes(key);
        machine.cli().add(machine.unique("key"), key, "--target=user").ok();
        for (int i = 1; i < keys; i++) {
            machine.cli()
                    .run("add", machine.unique("key") + "-" + i, "--target=user", "--generate")
                    .ok();
        }
        byte[] kek = new VaultFiles(machine).kek();
        machine.cli().run("lock").ok();
        byte[] heardUntilNow = relay.traffic();
        assertThat(relay.carried(key, TELLING_RUN_BYTES)).isFalse();
        assertThat(relay.carried(kek, TELLING_RUN_BYTES)).isFalse();
        assertThat(heardUntilNow).isNotEmpty();
        relay.forget();

        machine.cli().run("unlock").ok();

        assertThat(relay.exchanges()).hasSizeBetween(1, MOST_COMMANDS_OF_AN_UNLOCK);
        assertThat(relay.carried(key, TELLING_RUN_BYTES)).isFalse();
        assertThat(relay.carried(kek, TELLING_RUN_BYTES)).isFalse();
        List<KeyInfo> listed = machine.cli().json(ListKeys.Reply.class, "list").keys();
        assertThat(listed).hasSize(keys).allMatch(info -> info.state() == KeyState.DELIVERED);
    }
}
