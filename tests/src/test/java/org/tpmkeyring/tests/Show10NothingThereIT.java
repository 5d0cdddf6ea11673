// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.tpmkeyring.protocol.api.Status;

/** No daemon, no TPM, and a TPM that comes and goes. */
class Show10NothingThereIT {
    private Machine machine;
    private StateOnDisk state;

    @BeforeEach
    void start() throws IOException {
        machine = Machine.start();
        machine.cli().makeVault(machine.file("recovery")).ok();
        machine.cli().run("add", machine.unique("key"), "--target=user", "--generate").ok();
        machine.cli().run("lock").ok();
        state = new StateOnDisk(machine);
    }

    @AfterEach
    void stop() throws IOException {
        machine.close();
    }

    @Test
    void thereIsNoDaemon() throws IOException {
        machine.daemon().stop();
        machine.cli().run("list").endedWith(9);
    }

    @Test
    void thereIsNoTpm() throws IOException {
        machine.daemon().stop();
        machine.startDaemon("swtpm:path=" + machine.file("nothing"));
        state.assertRefused(machine.cli().run("unlock"), 4);
        machine.cli().run("status").ok();
        machine.cli().run("list").ok();
    }

    @Test
    void theTpmWentAwayAndCameBack() throws IOException {
        machine.cli().run("lock").ok();
        machine.cli().run("unlock").ok();
        machine.tpm().stop();
        machine.cli().run("lock").ok();
        state.assertRefused(machine.cli().run("vault", "create", "new", "--no-recovery-key"), 4);
        assertThat(machine.cli().json(Status.Reply.class, "status").vaults())
                .hasSize(1);
        machine.reboot();
        machine.cli().run("unlock").ok();
    }
}
