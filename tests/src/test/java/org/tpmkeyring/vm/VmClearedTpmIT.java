// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.vm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** What the TPM knew is gone: show 6. */
@Order(Integer.MAX_VALUE - 1)
class VmClearedTpmIT extends BootedMachine {
    @Test
    void show6TpmCleared() throws IOException {
        take(12, "cleared");
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
}
