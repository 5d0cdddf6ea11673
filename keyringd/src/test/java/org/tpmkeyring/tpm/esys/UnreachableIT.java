// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.tpm.esys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.tpmkeyring.testing.Swtpm;
import org.tpmkeyring.testing.TpmRelay;
import org.tpmkeyring.tpm.TpmException;
import org.tpmkeyring.tpm.TpmSnapshot;

/** No TPM, or none that answers. */
@Timeout(60)
class UnreachableIT {
    @TempDir
    private Path folder;

    private static void unavailable(EsysTpm tpm, String why) {
        assertThatThrownBy(tpm::allocatedPcrs)
                .isInstanceOf(TpmException.Unavailable.class)
                .hasMessageContaining(why);
    }

    @Test
    void there_is_no_device() {
        Path device = folder.resolve("tpmrm0");
        try (EsysTpm tpm = new EsysTpm("device:" + device)) {
            assertThat(tpm.snapshot().health()).isEqualTo(TpmSnapshot.Health.UNTRIED);
            unavailable(tpm, "there is no " + device);
            assertThat(tpm.snapshot().health()).isEqualTo(TpmSnapshot.Health.UNAVAILABLE);
            assertThat(tpm.snapshot().device()).isEqualTo("device:" + device);
            assertThat(tpm.snapshot().software()).isFalse();
        }
    }

    @Test
    void the_device_is_no_tpm() throws Exception {
        Path device = Files.createFile(folder.resolve("tpmrm0"));
        try (EsysTpm tpm = new EsysTpm("device:" + device)) {
            unavailable(tpm, "");
        }
    }

    @Test
    void there_is_no_software_tpm() {
        try (EsysTpm tpm = new EsysTpm("swtpm:path=" + folder.resolve("socket"))) {
            unavailable(tpm, "no software TPM at " + folder.resolve("socket"));
        }
    }

    @Test
    void nobody_knows_how_to_connect() {
        try (EsysTpm tpm = new EsysTpm("carrier-pigeon:coop=3")) {
            unavailable(tpm, "no connection");
        }
    }

    @Test
    void it_does_not_answer() throws Exception {
        CountDownLatch answer = new CountDownLatch(1);
        try (Swtpm swtpm = Swtpm.fresh();
                TpmRelay relay = TpmRelay.before(swtpm);
                EsysTpm tpm = new EsysTpm(relay.tcti(), Duration.ofMillis(300))) {
            assertThat(tpm.allocatedPcrs()).isNotEmpty();
            relay.changeResponses(exchange -> {
                await(answer);
                return exchange.response();
            });
            unavailable(tpm, "no answer within");
            assertThat(tpm.snapshot().health()).isEqualTo(TpmSnapshot.Health.UNAVAILABLE);
            unavailable(tpm, "not answered an earlier call");
            answer.countDown();
            while (true) {
                try {
                    assertThat(tpm.allocatedPcrs()).isNotEmpty();
                    break;
                } catch (TpmException.Unavailable e) {
                    assertThat(e).hasMessageContaining("not answered an earlier call");
                    Thread.onSpinWait();
                }
            }
            assertThat(tpm.snapshot().health()).isEqualTo(TpmSnapshot.Health.READY);
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
