// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.vm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Rescue and emergency mode: nothing is unlocked, and who has the shell cannot unlock either. The vault is bound to
 * Secure Boot alone, since the words on the command line would already close one that is bound to PCR 9.
 */
@Order(4)
class VmRescueIT extends BootedMachine {
    @BeforeEach
    void takeOne(TestInfo test) throws IOException {
        take(12, test.getDisplayName().contains("emergency") ? "emergency" : "rescue");
    }

    @AfterEach
    void throwOneAway() throws IOException {
        throwAway();
    }

    @ParameterizedTest
    @ValueSource(strings = {"rescue", "systemd.unit=emergency.target"})
    void nothingIsUnlockedAndTheDoorIsShut(String word) throws IOException {
        boot(Boot.USUAL.withWords(word));
        assertThat(state()).isEqualTo("maintenance");
        assertThat(volumeIsOpen()).isFalse();
        assertThat(readable()).isEmpty();
        assertThat(guest().run("tpm-keyring unlock --all --when=boot").text())
                .contains("rescue mode: nothing is unlocked by itself");
        assertThat(guest().must("systemctl is-active tpm-keyring-close.service"))
                .isEqualTo("active");
        assertThat(guest().run("tpm-keyring unlock loose").status()).isEqualTo(7);
        guest().must("tpm-keyring recover machine --recovery-key-file=/root/recovery-key");
    }
}
