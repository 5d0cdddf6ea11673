// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.vm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;

/** Boots without the daemon or the TPM: each gets to its end and says what is missing. Show 5. */
@Order(Integer.MAX_VALUE)
class VmMissingPartsIT extends BootedMachine {
    private static final String KILLED = """
            mkdir -p /run/systemd/system/keyringd.service.d
            printf '[Service]\\nExecStartPost=+/bin/sh -c "%s"\\n' >/run/systemd/system/keyringd.service.d/killed.conf
            systemctl daemon-reload
            """;

    @BeforeEach
    void takeOne(TestInfo test) throws IOException {
        take(12, test.getTestMethod().orElseThrow().getName());
    }

    @AfterEach
    void throwOneAway() throws IOException {
        throwAway();
    }

    private void assertBootedWithoutKeys() throws IOException {
        assertThat(state()).isIn("degraded", "asking");
        assertThat(guest().must("systemctl is-active multi-user.target")).isEqualTo("active");
        assertThat(volumeIsOpen()).isFalse();
        assertThat(readable()).isEmpty();
    }

    @Test
    void show5DaemonKilledWheneverItIsThere() throws IOException {
        boot(Boot.USUAL.after(KILLED.formatted("kill -9 $MAINPID")));
        assertBootedWithoutKeys();
        assertThat(guest().console()).contains("keyringd does not answer", "hint: sudo journalctl -u keyringd");
    }

    @Test
    void show5DaemonKilledOnceIsStartedAgainAndOpensEverything() throws IOException {
        boot(Boot.USUAL.after(KILLED.formatted("test -e /run/killed || { touch /run/killed; kill -9 $MAINPID; }")));
        guest().must("test -e /run/killed");
        assertThat(volumeIsOpen()).isTrue();
        assertThat(guest().must("cat /run/reader")).isEqualTo(SealedMachine.FILES);
    }

    @Test
    void show5DaemonMasked() throws IOException {
        boot(Boot.USUAL.after("systemctl mask --runtime keyringd.service"));
        assertBootedWithoutKeys();
        assertThat(guest().console()).contains("keyringd does not answer", "hint: sudo systemctl unmask keyringd");
        assertThat(guest().run("tpm-keyring doctor").text()).contains("systemctl unmask");
    }

    @Test
    void show5TpmRemoved() throws IOException {
        boot(Boot.USUAL.withoutTpm());
        assertBootedWithoutKeys();
        assertThat(guest().console()).contains("TPM").contains("hint: tpm-keyring");
        assertThat(guest().run("tpm-keyring recover machine --recovery-key-file=/root/recovery-key")
                        .status())
                .isZero();
        assertThat(readByService()).isEqualTo(SealedMachine.FILES);
    }
}
