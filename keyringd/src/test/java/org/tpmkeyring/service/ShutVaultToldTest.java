// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.service;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.tpmkeyring.protocol.api.Check;
import org.tpmkeyring.protocol.api.CloseDoor;
import org.tpmkeyring.protocol.api.CreateVault;
import org.tpmkeyring.protocol.api.Diagnose;
import org.tpmkeyring.protocol.api.Explain;
import org.tpmkeyring.protocol.api.Lock;
import org.tpmkeyring.protocol.api.PcrChange;
import org.tpmkeyring.protocol.api.Unlock;
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
        assertThat(reply.pcrs()).extracting(PcrChange::shut).containsExactly(false, true);
        assertThat(reply.pcrs().get(1).measures()).startsWith("the door:");
    }

    @Test
    void theDoorIsNoChangeBesideOthers() {
        world.add("a");
        close();
        assertThat(world.call(Lock.METHOD, Orders.lockAll()).vaults()).isNotEmpty();
        world.tpm.measure(7, "dbx");

        Explain.Reply reply = world.call(Explain.METHOD, Orders.explain("default"));
        assertThat(reply.verdict())
                .isEqualTo("vault 'default' stays locked: PCR 7 of sha256 changed since it was sealed");
        assertThat(reply.pcrs()).extracting(PcrChange::shut).containsExactly(false, true);
        assertThat(refused(() -> world.call(Unlock.METHOD, Orders.unlock("default")))
                        .sentence())
                .isEqualTo("vault 'default' stays locked: PCR 7 of sha256 changed since it was sealed");
        assertThat(pcrMatch().finding())
                .isEqualTo("vault 'default' of uid 0 would stay locked: PCR 7 of sha256 changed since it was sealed");
    }

    @Test
    void somebodyElsesExtensionOfTheDoorIsAChange() {
        world.add("a");
        world.tpm.measure(15, "somebody else");

        Explain.Reply reply = world.call(Explain.METHOD, Orders.explain("default"));
        assertThat(reply.verdict())
                .isEqualTo("vault 'default' stays locked: PCR 15 of sha256 changed since it was sealed");
        assertThat(reply.pcrs()).extracting(PcrChange::shut).containsExactly(false, false);
    }

    private Check pcrMatch() {
        return world.call(Diagnose.METHOD, new Diagnose.Request()).checks().stream()
                .filter(check -> check.name().equals("pcr-match"))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void theDoctorHasNothingAgainstAShutVault() {
        world.add("a");
        close();

        assertThat(pcrMatch().advice()).isEmpty();
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
