// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.tpmkeyring.testing.Requires;

/** Logins of one user against the real daemon, real processes and the real kernel keyring. */
@Timeout(300)
class SessionIT {
    private static final long ANNA = 4713;
    private static final long PATIENCE_SECONDS = 30;

    private Machine machine;
    private String key;

    @BeforeEach
    void start() throws IOException {
        Requires.root();
        Requires.command("keyctl");
        Requires.command("python3");
        machine = Machine.withoutDaemon();
        key = machine.unique("home");
    }

    @AfterEach
    void stop() throws IOException {
        new KernelKeys(ANNA).keyctl("clear", "@u");
        machine.close();
    }

    private void addKey() throws IOException {
        String anna = "--user=" + ANNA;
        machine.cli()
                .command("add", key, anna, "--target=user", "--key-file=-", "--no-recovery-key")
                .input("secret")
                .run()
                .ok();
        machine.cli().run("lock", "--all", anna).ok();
    }

    private LoginProcess login() throws IOException {
        return LoginProcess.start(machine.socket());
    }

    private boolean isThere() throws IOException {
        return new KernelKeys(ANNA).find("user", key).isPresent();
    }

    private void assertOpen() throws IOException {
        assertThat(isThere()).isTrue();
    }

    private void awaitLocked() throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (isThere()) {
            assertThat(System.nanoTime()).as("the key is still there").isLessThan(end);
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }

    @Test
    void theKeyIsThereFromTheFirstLoginToTheLastLogout() throws Exception {
        machine.startDaemon();
        addKey();
        try (LoginProcess sshd = login();
                LoginProcess console = login()) {
            Map<?, ?> first = sshd.open(ANNA, "sshd");
            assertThat(first.get("opened")).isEqualTo(1L);
            assertOpen();
            Map<?, ?> second = console.open(ANNA, "login");
            assertThat(machine.cli().run("status").ok().text()).contains("(sshd, login)");

            sshd.close(ANNA, first);
            TimeUnit.SECONDS.sleep(2);
            assertOpen();
            console.close(ANNA, second);
            awaitLocked();
        }
    }

    @Test
    void aKilledLoginPinsNothing() throws Exception {
        machine.startDaemon();
        addKey();
        try (LoginProcess sshd = login()) {
            sshd.open(ANNA, "sshd");
            assertOpen();
            sshd.kill();
            awaitLocked();
        }
    }

    @Test
    void aDaemonThatIsKilledAndStartedAgainClosesNothingAndKnowsTheProcess() throws Exception {
        try (ServiceManager manager = ServiceManager.start(machine, 3, TimeUnit.MINUTES.toMicros(1));
                LoginProcess sshd = login()) {
            addKey();
            String lease = String.valueOf(sshd.open(ANNA, "sshd").get("lease"));
            manager.await("FDSTORE=1|FDNAME=lease-" + lease);
            assertThat(manager.end("KILL")).isEqualTo("end 1 -9");
            manager.nextLife(2);
            TimeUnit.SECONDS.sleep(3);
            assertOpen();

            sshd.kill();
            awaitLocked();
            manager.await("FDSTOREREMOVE=1|FDNAME=lease-" + lease);
        }
    }

    @Test
    void aSessionThatEndsWhileTheDaemonIsAwayIsOver() throws Exception {
        try (ServiceManager manager = ServiceManager.start(machine, 2, TimeUnit.MINUTES.toMicros(1));
                LoginProcess sshd = login()) {
            addKey();
            sshd.open(ANNA, "sshd");
            assertThat(manager.end("KILL")).isEqualTo("end 1 -9");
            sshd.kill();
            manager.nextLife(2);
            awaitLocked();
        }
    }
}
