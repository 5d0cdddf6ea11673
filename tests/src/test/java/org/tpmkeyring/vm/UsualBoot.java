// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.vm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The boot after everything was sealed, with nothing changed: show 1, 3 and 7 of the issue. */
abstract class UsualBoot extends BootedMachine {
    private final int release;

    UsualBoot(int release) {
        this.release = release;
    }

    @BeforeAll
    void boot() throws IOException {
        take(release, "usual");
        boot(Boot.USUAL);
    }

    @Test
    void show1NothingFailed() throws IOException {
        assertThat(guest().must("systemctl --failed --no-legend --plain --no-pager"))
                .isEmpty();
        assertThat(state()).isEqualTo("running");
    }

    @Test
    void show1TheServiceSawTheFilesOfAllThree() throws IOException {
        assertThat(guest().must("cat /run/reader")).isEqualTo(SealedMachine.FILES);
    }

    @Test
    void show1AllThreeAreMounted() throws IOException {
        assertThat(guest().must("findmnt --noheadings --output FSTYPE --target /srv/data"))
                .isEqualTo("ext4");
        assertThat(guest().must("findmnt --noheadings --output SOURCE --target /srv/data"))
                .isEqualTo("/dev/mapper/data");
        assertThat(guest().must("findmnt --noheadings --output FSTYPE --target /srv/private"))
                .isEqualTo("ecryptfs");
        assertThat(guest().must("cat /srv/documents/file")).isEqualTo("in the fscrypt directory");
    }

    @Test
    void show1NobodyWasAsked() throws IOException {
        assertThat(guest().console()).doesNotContainIgnoringCase("passphrase for", "please enter", "tpm-keyring:");
        assertThat(
                        guest().must(
                                        "ls /run/systemd/ask-password 2>/dev/null; journalctl -b -o cat _COMM=systemd-ask-passwo"))
                .isEmpty();
    }

    @Test
    void show3RootIsRefusedByTheTpm() throws IOException {
        Answer refused =
                guest().run("tpm-keyring lock loose; tpm-keyring unlock loose").endedWith(7);
        assertThat(refused.errors())
                .contains("vault 'loose' was shut at the end of boot")
                .contains("hint: tpm-keyring recover loose");
    }

    @Test
    void show3Tpm2ToolsAreRefusedAsWell() throws IOException {
        Answer refused = new SealedBlob(guest(), "machine").unseal();
        assertThat(refused.status()).isNotZero();
        assertThat(refused.output()).isEmpty();
        assertThat(refused.errors()).containsIgnoringCase("0x99d");
    }

    @Test
    void show7TheUnitsAreInOrderAndSafe() throws IOException {
        String units = "keyringd.service tpm-keyring-boot.service tpm-keyring-close.service";
        Answer security = guest().run("systemd-analyze security --no-pager --threshold=20 keyringd.service");
        keep("systemd-analyze-security", security.text());
        Answer verify = guest().run(
                        "systemd-analyze verify --no-pager --man=no keyringd.socket keyringd-cryptsetup.socket "
                                + units);
        keep("systemd-analyze-verify", verify.text() + "\n(exit status " + verify.status() + ")");
        Reports.line("Debian " + release + ": "
                + security.text().lines().reduce("", (a, b) -> b).strip());

        security.endedWith(0);
        verify.endedWith(0);
        assertThat(verify.text()).doesNotContain("tpm-keyring", "keyringd");
    }

    @Test
    void show7WhatTheBootTook() throws IOException {
        keep(
                "systemd-analyze-critical-chain",
                guest().must(
                                "systemd-analyze critical-chain --no-pager reader.service local-fs.target multi-user.target"));
        keep("systemd-analyze-blame", guest().must("systemd-analyze blame --no-pager"));
        String times = guest().must("systemd-analyze time | head -n 1");
        Reports.line("Debian " + release + ": " + times);
        Reports.line(
                "Debian " + release + ", units: "
                        + guest().must(
                                        "systemd-analyze blame --no-pager | grep -E 'tpm-keyring|keyringd|cryptsetup@|srv-' | sed 's/  */ /g' | paste -sd ,"));
    }

    private void keep(String what, String text) throws IOException {
        Reports.keep("debian-" + release + "-" + what, text);
    }
}
