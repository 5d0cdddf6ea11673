// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.vm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;

/** What the TPM knew is gone, or what the disk knew is of last week: show 6. */
class VmLostStateIT extends BootedMachine {
    @BeforeEach
    void takeOne(TestInfo test) throws IOException {
        take(12, test.getTestMethod().orElseThrow().getName());
    }

    @AfterEach
    void throwOneAway() throws IOException {
        throwAway();
    }

    @Test
    void show6TpmCleared() throws IOException {
        boot(Boot.USUAL.after("TPM2TOOLS_TCTI=device:/dev/tpmrm0 tpm2_clear -c l"));
        assertThat(volumeIsOpen()).isFalse();
        assertThat(readable()).isEmpty();
        assertThat(guest().must("systemctl is-active multi-user.target")).isEqualTo("active");
        assertThat(guest().console()).contains("vault 'machine'", "another TPM", "hint: tpm-keyring");
        assertThat(guest().run("tpm-keyring doctor").text()).contains("tpm-keyring recover machine --reseal");

        guest().must("tpm-keyring recover machine --reseal --recovery-key-file=/root/recovery-key");
        assertThat(readByService()).isEqualTo(SealedMachine.FILES);

        cutPowerAndBoot(Boot.USUAL);
        assertThat(guest().must("cat /run/reader")).isEqualTo(SealedMachine.FILES);
    }

    @Test
    void show6StateDirectoryOfLastWeek() throws IOException {
        boot(Boot.USUAL);
        guest().must("""
                set -e
                tar -C /var/lib -cf /root/last-week.tar tpm-keyring
                printf secret | tpm-keyring add newer --vault machine --target user --key-file=- \\
                    --unlock-key-file=/root/recovery-key
                tpm-keyring remove private --yes --unlock-key-file=/root/recovery-key

                systemctl stop keyringd.socket keyringd-cryptsetup.socket keyringd.service
                rm -rf /var/lib/tpm-keyring
                tar -C /var/lib -xf /root/last-week.tar
                systemctl start keyringd.socket keyringd-cryptsetup.socket
                """);
        assertThat(guest().must("tpm-keyring list --no-legend"))
                .contains("data ", "private ", "documents ")
                .doesNotContain("newer ");

        cutPowerAndBoot(Boot.USUAL);
        assertThat(guest().must("cat /run/reader")).isEqualTo(SealedMachine.FILES);
    }
}
