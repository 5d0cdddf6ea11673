// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.tpmkeyring.protocol.value.KeyState;
import org.tpmkeyring.testing.Requires;

/** The daemon as a service: its socket and its watchdog are the service manager's, and it may be killed. */
@Timeout(300)
class ServiceIT {
    private static final long WATCHDOG_MICROS = 3_000_000;
    private static final String ALIVE = "WATCHDOG=1";
    private static final String HANGS = "notify STATUS=the TPM thread has not answered for 3 s";

    private Machine machine;

    @BeforeEach
    void start() throws IOException {
        Requires.root();
        Requires.command("python3");
        machine = Machine.withoutDaemon();
    }

    @AfterEach
    void stop() throws IOException {
        machine.close();
    }

    @Test
    void killedItLosesNoVaultNoKeyAndNobodyWhoWaits() throws Exception {
        String name = machine.unique("kept");
        try (ServiceManager manager = ServiceManager.start(machine, 3, WATCHDOG_MICROS)) {
            machine.cli().makeVault(machine.file("recovery")).ok();
            machine.cli()
                    .add(name, "secret".getBytes(StandardCharsets.UTF_8), "--target=user")
                    .ok();
            String serial = new KernelKeys(0).find("user", name).orElseThrow();

            assertThat(manager.end("KILL")).isEqualTo("end 1 -9");
            assertThat(new KernelKeys(0).find("user", name)).contains(serial);
            CompletableFuture<KeyState> waits = CompletableFuture.supplyAsync(() -> state(name));
            TimeUnit.SECONDS.sleep(2);
            manager.nextLife(2);
            assertThat(waits.get(60, TimeUnit.SECONDS)).isEqualTo(KeyState.DELIVERED);
            machine.cli().run("lock").ok();
            machine.cli().run("unlock").ok();

            assertThat(manager.end("TERM")).isEqualTo("end 2 0");
            assertThat(machine.socket()).exists();
            manager.nextLife(3);
            assertThat(state(name)).isEqualTo(KeyState.DELIVERED);
            machine.cli().run("lock").ok();
        }
    }

    private KeyState state(String name) {
        try {
            return machine.cli().key(name).state();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void theWatchdogIsFedUntilTheTpmHangsAndAgainWhenItGoesOn() throws Exception {
        try (ServiceManager manager = ServiceManager.start(machine, 1, WATCHDOG_MICROS)) {
            manager.await("notify READY=1|STATUS=software TPM " + machine.tpm().tcti() + ", not asked yet");
            manager.await(ALIVE);
            machine.cli().run("tpm", "info").ok();
            manager.await(ALIVE + "|STATUS=software TPM " + machine.tpm().tcti() + " answers");

            machine.tpm().freeze();
            CompletableFuture<Outcome> asks = CompletableFuture.supplyAsync(this::askTpm);
            manager.await(HANGS);
            assertThat(manager.listen(4)).contains(HANGS).noneMatch(line -> line.contains(ALIVE));
            machine.tpm().thaw();
            manager.await(ALIVE);
            assertThat(asks.get(60, TimeUnit.SECONDS).status()).isZero();
        } finally {
            machine.tpm().thaw();
        }
    }

    private Outcome askTpm() {
        try {
            return machine.cli().run("tpm", "selftest");
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
