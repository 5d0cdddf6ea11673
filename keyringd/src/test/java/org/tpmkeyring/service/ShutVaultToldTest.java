// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.KeyringException;
import org.tpmkeyring.protocol.api.Check;
import org.tpmkeyring.protocol.api.CloseDoor;
import org.tpmkeyring.protocol.api.CreateVault;
import org.tpmkeyring.protocol.api.Diagnose;
import org.tpmkeyring.protocol.api.Explain;
import org.tpmkeyring.protocol.api.KeyOutcome;
import org.tpmkeyring.protocol.api.KeyResult;
import org.tpmkeyring.protocol.api.Lock;
import org.tpmkeyring.protocol.api.PcrChange;
import org.tpmkeyring.protocol.api.ShowSecret;
import org.tpmkeyring.protocol.api.ShutVault;
import org.tpmkeyring.protocol.api.Unlock;
import org.tpmkeyring.protocol.api.VaultDoor;
import org.tpmkeyring.protocol.api.VaultOutcome;
import org.tpmkeyring.protocol.value.TargetType;
import org.tpmkeyring.protocol.value.When;

/** What is told of vaults that the door has shut. */
final class ShutVaultToldTest extends WorldTest {
    private static final String UUID = "8c0d0a44-6c3f-4f0e-9d4a-8a6e0b1c2d3e";
    private static final String IDENTITY = "ab".repeat(32);

    private void close() {
        assertThat(world.call(CloseDoor.METHOD, new CloseDoor.Request()).door().pcr())
                .contains(15);
    }

    private ShutVault closed() {
        return world.call(CloseDoor.METHOD, new CloseDoor.Request()).vaults().get(0);
    }

    private void lock() {
        assertThat(world.call(Lock.METHOD, Orders.lockAll()).vaults()).isNotEmpty();
    }

    @ParameterizedTest
    @EnumSource(names = {"LUKS", "ZFS", "ECRYPTFS"})
    void aKeyThatWasNeverDeliveredIsToldAsLockedIn(TargetType target) {
        world.add(
                switch (target) {
                    case LUKS -> Orders.key("data").opening(UUID, IDENTITY);
                    case ZFS -> Orders.key("data").loading("tank/data");
                    default -> Orders.key("data").target(target);
                });
        lock();

        assertThat(closed().hint()).contains("tpm-keyring recover default");
    }

    @Test
    void anOpenVolumeDoesNotHideTheKeyBesideItThatIsLockedIn() {
        world.add(Orders.key("photos").target(TargetType.ECRYPTFS));
        lock();
        world.add(Orders.key("data").opening(UUID, IDENTITY));
        world.volumes.open("data", UUID);

        ShutVault vault = closed();
        assertThat(vault.taken()).extracting(KeyOutcome::result).containsExactly(KeyResult.REMOVED);
        assertThat(vault.inPlace()).isEqualTo(1);
        assertThat(vault.hint()).contains("tpm-keyring recover default");
    }

    @Test
    void keysThatAreInPlaceOrHaveLeftAreNotLockedIn() {
        world.add(Orders.key("photos").target(TargetType.ECRYPTFS));
        world.add(Orders.key("data").opening(UUID, IDENTITY));
        world.add(Orders.key("tank").loading("tank/data"));
        world.volumes.open("data", UUID);

        assertThat(closed().hint()).isEmpty();
        assertThat(closed().hint()).isEmpty();
    }

    @Test
    void whatHasNoRecoveryKeyOpensAtTheNextBoot() {
        world.add(Orders.key("data").opening(UUID, IDENTITY).noRecovery());
        lock();

        assertThat(closed().hint()).contains("systemctl reboot");
    }

    @Test
    void whoMeetsALockedVaultBehindTheDoorIsToldWhatOpensIt() {
        world.add(Orders.key("e").target(TargetType.ECRYPTFS));
        lock();
        close();

        KeyringException refusal = refused(() -> world.call(ShowSecret.METHOD, Orders.showSecret("e"), person));
        assertThat(refusal.kind()).isEqualTo(ErrorKind.DOOR_CLOSED);
        assertThat(refusal.hint()).isEqualTo("tpm-keyring recover default");
    }

    @Test
    void rootIsToldTheCommandsForTheVaultsOfOthers() {
        world.add(Orders.key("a").owner(1000).when(When.BOOT));
        close();
        assertThat(world.callAs(1000, Lock.METHOD, Orders.lockAll(), person).vaults())
                .isNotEmpty();

        Unlock.Request everyones = new Unlock.Request(Optional.empty(), List.of(), true, Optional.of(When.BOOT));
        assertThat(world.call(Unlock.METHOD, everyones).vaults())
                .extracting(VaultOutcome::hint)
                .containsExactly(Optional.of("tpm-keyring recover default --user 1000"));
        Explain.Request explain = new Explain.Request(Optional.of(1000L), "default");
        assertThat(world.call(Explain.METHOD, explain).advice())
                .containsExactly("tpm-keyring recover default --user 1000", "systemctl reboot");
        world.reboot();
        assertThat(world.call(Explain.METHOD, explain).advice())
                .containsExactly("tpm-keyring unlock default --user 1000");
    }

    @Test
    void theVaultOfAnotherIsNamedWithHim() {
        world.add(Orders.key("a").owner(1000).when(When.BOOT));
        assertThat(world.callAs(1000, Lock.METHOD, Orders.lockAll(), person).vaults())
                .isNotEmpty();

        assertThat(closed().hint()).contains("tpm-keyring recover default --user 1000");
    }

    @Test
    void aReopenableVaultIsNotShut() {
        world.add(Orders.key("data").opening(UUID, IDENTITY).reopenable());
        lock();

        assertThat(closed().hint()).isEmpty();
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
