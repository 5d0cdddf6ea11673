// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.service;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.tpmkeyring.protocol.api.CloseDoor;
import org.tpmkeyring.protocol.api.CreateVault;
import org.tpmkeyring.protocol.api.Diagnose;
import org.tpmkeyring.protocol.api.Explain;
import org.tpmkeyring.protocol.api.PcrChange;
import org.tpmkeyring.protocol.api.VaultDoor;

/** What is told of vaults that the door has shut. */
final class ShutVaultToldTest extends WorldTest {
    private void close() {
        assertThat(world.call(CloseDoor.METHOD, new CloseDoor.Request()).door().pcr())
                .contains(15);
    }

    @Test
    void explainSaysItInWords() {
        world.add("a");
        close();

        Explain.Reply reply = world.call(Explain.METHOD, Orders.explain("default"));
        assertThat(reply.wouldOpen()).isFalse();
        assertThat(reply.verdict())
                .matches("the door was closed at 2027-01-\\d\\d \\d\\d:\\d\\d: PCR 15 was extended, and vault"
                        + " 'default' opens again at the next boot");
        assertThat(reply.advice()).containsExactly("tpm-keyring recover default", "systemctl reboot");
        assertThat(reply.pcrs()).extracting(PcrChange::matches).containsExactly(true, false);
        assertThat(reply.pcrs().get(1).measures()).startsWith("the door:");
    }

    @Test
    void theDoctorHasNothingAgainstAShutVault() {
        world.add("a");
        close();

        assertThat(world.call(Diagnose.METHOD, new Diagnose.Request()).checks())
                .filteredOn(check -> check.name().equals("pcr-match"))
                .singleElement()
                .satisfies(check -> assertThat(check.advice()).isEmpty());
    }

    @Test
    void anEmptyVaultIsShutToo() {
        assertThat(world.call(CreateVault.METHOD, Orders.createVault("empty"), person)
                        .vault()
                        .door())
                .isEqualTo(VaultDoor.OPEN);
        close();
        assertThat(world.vault("empty").door()).isEqualTo(VaultDoor.SHUT);
    }
}
