// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.vm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** The same disk with another command line, and then with another initrd: show 2 of the issue. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
abstract class ChangedBoot extends BootedMachine {
    private static final Boot CHANGED = Boot.USUAL.withWords("changed-by-somebody");

    private final int release;

    ChangedBoot(int release) {
        this.release = release;
    }

    @BeforeAll
    void bootWithAnotherCommandLine() throws IOException {
        take(release, "changed");
        boot(CHANGED);
    }

    @Test
    @Order(1)
    void show2NothingIsReleasedAndTheBootIsComplete() throws IOException {
        assertNothingIsReleased();
        assertThat(state()).isIn("degraded", "asking");
        assertThat(guest().must("systemctl is-active multi-user.target")).isEqualTo("active");
    }

    @Test
    @Order(2)
    void show2TheConsoleNamesThePcrAndTheHint() throws IOException {
        assertConsoleNamesPcr9();
    }

    @Test
    @Order(3)
    void show2TheRecoveryKeyOpensEverythingAndSealsAnew() throws IOException {
        guest().must("tpm-keyring recover machine --reseal --recovery-key-file=/root/recovery-key");
        assertThat(readByService()).isEqualTo(SealedMachine.FILES);
    }

    @Test
    @Order(4)
    void show2TheNextBootIsSilentAgain() throws IOException {
        cutPowerAndBoot(CHANGED);
        assertThat(guest().must("cat /run/reader")).isEqualTo(SealedMachine.FILES);
        assertThat(guest().console()).doesNotContain("tpm-keyring:", "hint:");
        assertThat(state()).isEqualTo("running");
    }

    void assertNothingIsReleased() throws IOException {
        assertThat(volumeIsOpen()).isFalse();
        assertThat(readable()).isEmpty();
        assertThat(guest().run("test -e /run/reader").status()).isNotZero();
        assertThat(guest().must("keyctl show @u")).doesNotContain("tpm-keyring:", "ecryptfs");
        List<String> sigs = guest().must("keyctl show @u | grep -oE 'user: [0-9a-f]{16}$' || true")
                .lines()
                .toList();
        assertThat(sigs).isEmpty();
    }

    void assertConsoleNamesPcr9() throws IOException {
        assertThat(guest().console())
                .contains("vault 'machine' stays locked: PCR 9 of sha256 changed since it was sealed")
                .contains("hint: tpm-keyring explain machine");
    }
}
