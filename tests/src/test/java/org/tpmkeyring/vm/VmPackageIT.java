// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.vm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * The package upgraded, removed and installed again in a running machine with vaults, and the state directory of last
 * week, show 6; odd names in both tables, show 9. One boot shows what came of all three.
 */
@Order(2)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class VmPackageIT extends BootedMachine {
    private static final Duration APT = Duration.ofMinutes(5);
    private static final String VAULT_FILES = "cd /var/lib/tpm-keyring && find . -type f -exec sha256sum {} + | sort";

    private String vaultFiles;

    @BeforeAll
    void boot() throws IOException {
        take(12, "package");
        boot(Boot.USUAL);
        vaultFiles = guest().must(VAULT_FILES);
    }

    private void apt(String arguments) throws IOException {
        guest().run("DEBIAN_FRONTEND=noninteractive apt-get -q -y " + arguments, APT)
                .ok();
    }

    private void assertVaultsAndMountsAreKept() throws IOException {
        assertThat(guest().must(VAULT_FILES)).isEqualTo(vaultFiles);
        assertThat(readable()).isEqualTo(SealedMachine.FILES);
    }

    @Test
    @Order(1)
    void show6UpgradeKeepsVaultsAndTheNewDaemonAnswers() throws IOException {
        String before = guest().must("systemctl show -P MainPID keyringd.service");
        apt("install /usr/share/vm/tpm-keyring-later.deb");
        assertThat(guest().must("dpkg-query -W -f '${Version}' tpm-keyring")).endsWith("+later");
        assertVaultsAndMountsAreKept();
        assertThat(guest().must("tpm-keyring list --no-legend")).contains("data ", "private ", "documents ");
        assertThat(guest().must("systemctl show -P MainPID keyringd.service")).isNotEqualTo(before);
    }

    @Test
    @Order(2)
    void show6RemovalKeepsKeysAndVaults() throws IOException {
        apt("remove tpm-keyring");
        assertThat(guest().run("command -v tpm-keyring").status()).isNotZero();
        assertThat(guest().run("systemctl is-active keyringd.socket keyringd.service tpm-keyring-boot.service")
                        .output())
                .doesNotContain("\nactive");
        assertVaultsAndMountsAreKept();
    }

    @Test
    @Order(3)
    void show6InstalledAgainTheNextBootOpensEverything() throws IOException {
        apt("install /usr/share/vm/tpm-keyring.deb");
        assertVaultsAndMountsAreKept();
        OddNames.putInto(guest());
        LastWeek.putBack(guest());
        cutPowerAndBoot(Boot.USUAL);
        assertThat(guest().must("cat /run/reader")).isEqualTo(SealedMachine.FILES);
    }

    @Test
    @Order(4)
    void show6AKeyMadeAfterTheBackupIsNoReasonNotToAsk() throws IOException {
        LastWeek.assertAsksForThePassphraseOfLater(guest());
    }

    @Test
    @Order(5)
    void show9TheMountsAreWhereTheTableSays() throws IOException {
        assertThat(OddNames.seen(guest())).isEqualTo("odd fscrypt\nodd eCryptfs\necryptfs");
    }

    @Test
    @Order(6)
    void show9VolumesWithOddNamesStayShut() throws IOException {
        List<String> units = guest().must(
                        "systemctl list-units --all --plain --no-legend --no-pager 'systemd-cryptsetup@*' | awk '{print $1, $4}'")
                .lines()
                .toList();
        assertThat(units).hasSizeGreaterThanOrEqualTo(3).contains("systemd-cryptsetup@data.service exited");
        assertThat(guest().must("ls /dev/mapper")).isEqualTo("control\ndata");
    }

    @Test
    @Order(7)
    void show9NothingWasExecuted() throws IOException {
        assertThat(guest().run("ls /run/executed").status()).isNotZero();
    }
}
