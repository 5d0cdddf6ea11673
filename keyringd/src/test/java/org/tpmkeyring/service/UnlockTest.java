// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.tpmkeyring.kernel.KernelKeyType;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.KeyringException;
import org.tpmkeyring.protocol.api.AddKey;
import org.tpmkeyring.protocol.api.KeyOutcome;
import org.tpmkeyring.protocol.api.KeyResult;
import org.tpmkeyring.protocol.api.Lock;
import org.tpmkeyring.protocol.api.Unlock;
import org.tpmkeyring.protocol.api.VaultOutcome;
import org.tpmkeyring.protocol.value.KeyState;
import org.tpmkeyring.protocol.value.TargetType;
import org.tpmkeyring.protocol.value.When;

final class UnlockTest extends WorldTest {
    private Unlock.Reply unlock(Unlock.Request request) {
        return world.call(Unlock.METHOD, request);
    }

    private VaultOutcome unlockDefault() {
        return unlock(Orders.unlock()).vaults().get(0);
    }

    private void lockAll() {
        assertThat(world.call(Lock.METHOD, Orders.lockAll()).vaults()).isNotEmpty();
    }

    @Test
    void putsEveryKeyOfTheVaultInPlaceAgain() {
        world.add("a", "b");
        lockAll();
        assertThat(world.states()).containsEntry("a", KeyState.LOCKED).containsEntry("b", KeyState.LOCKED);

        VaultOutcome outcome = unlockDefault();

        assertThat(outcome.protector()).contains("tpm2-1");
        assertThat(outcome.error()).isEmpty();
        assertThat(outcome.keys()).extracting(KeyOutcome::result).containsOnly(KeyResult.DELIVERED);
        assertThat(outcome.keys()).allSatisfy(key -> {
            assertThat(key.serials()).hasSize(1);
            assertThat(key.place()).isNotEmpty();
        });
        assertThat(world.states()).containsEntry("a", KeyState.DELIVERED).containsEntry("b", KeyState.DELIVERED);
    }

    @Test
    void asksTheTpmNothingWhenEverythingIsInPlace() {
        world.add("a", "b");
        int before = world.gatedTpm.calls();
        world.tpm.unavailable("gone");

        VaultOutcome outcome = unlockDefault();

        assertThat(outcome.keys()).extracting(KeyOutcome::result).containsOnly(KeyResult.IN_PLACE);
        assertThat(outcome.protector()).isEmpty();
        assertThat(world.gatedTpm.calls()).isEqualTo(before);
    }

    @Test
    void unsealsOnceForAHundredKeys() {
        IntStream.range(0, 100).forEach(i -> world.add("k" + i));
        lockAll();
        int before = world.gatedTpm.calls();

        assertThat(unlockDefault().keys()).hasSize(100);

        assertThat(world.gatedTpm.calls()).isEqualTo(before + 1);
        assertThat(world.keyrings.count(0)).isEqualTo(100);
    }

    @ParameterizedTest
    @EnumSource(names = {"REVOKED", "EXPIRED", "REPLACED"})
    void putsBackWhatItsUserRevokedOrReplacedAndLeavesTheRest(KeyState state) {
        world.add("a", "b");
        world.keyrings.change(0, KernelKeyType.USER, "a", state);
        assertThat(world.states()).containsEntry("a", state);

        VaultOutcome outcome = unlockDefault();

        assertThat(outcome.keys())
                .extracting(KeyOutcome::result)
                .containsExactly(KeyResult.DELIVERED, KeyResult.IN_PLACE);
        assertThat(world.states()).containsEntry("a", KeyState.DELIVERED);
    }

    @Test
    void goesOnAfterAKeyThatFails() {
        world.add("a", "c");
        world.add(Orders.key("b").target(TargetType.LOGON).description("app:b"));
        world.add("d");
        lockAll();
        world.keyrings.withoutType(KernelKeyType.LOGON);

        List<KeyOutcome> keys = unlockDefault().keys();

        assertThat(keys)
                .extracting(KeyOutcome::result)
                .containsExactly(KeyResult.DELIVERED, KeyResult.DELIVERED, KeyResult.FAILED, KeyResult.DELIVERED);
        assertThat(keys.get(2).reason())
                .hasValueSatisfying(reason -> assertThat(reason).contains("ENODEV"));
        assertThat(keys.get(2).hint()).contains("tpm-keyring doctor");
    }

    @Test
    void hasNothingToDoForAnEmptyVault() {
        world.add("a");
        assertThat(world.call(org.tpmkeyring.protocol.api.RemoveKey.METHOD, Orders.removeKey("a"))
                        .removal()
                        .result())
                .isEqualTo(KeyResult.REMOVED);
        world.tpm.unavailable("gone");

        assertThat(unlockDefault().keys()).isEmpty();
    }

    @Test
    void namesThePcrsThatChanged() {
        world.add(Orders.key("a").pcrs("4+7+14"));
        lockAll();
        world.tpm.measure(4, "kernel");
        world.tpm.measure(7, "dbx");

        KeyringException refusal = refused(this::unlockDefault);

        assertThat(refusal.kind()).isEqualTo(ErrorKind.UNEXPECTED_PCR_STATE);
        assertThat(refusal.sentence())
                .isEqualTo("vault 'default' stays locked: PCRs 4, 7 of sha256 changed since it was sealed");
        assertThat(refusal.hint()).isEqualTo("tpm-keyring explain default");
        assertThat(world.keyrings.count(0)).isZero();
    }

    @Test
    void tellsAClearedTpmALockoutAndAMissingTpmApart() {
        world.add("a");
        lockAll();

        world.tpm.lockout(Duration.ofMinutes(2));
        KeyringException locked = refused(this::unlockDefault);
        assertThat(locked.kind()).isEqualTo(ErrorKind.TPM_IN_LOCKOUT);
        assertThat(locked.sentence()).contains("another 120 s");
        assertThat(locked.hint()).isEqualTo("tpm-keyring recover default");

        world.tpm.lockout(null);
        world.tpm.unavailable("no such device");
        assertThat(refused(this::unlockDefault).kind()).isEqualTo(ErrorKind.TPM_UNAVAILABLE);

        world.tpm.unavailable(null);
        world.tpm.clear();
        KeyringException foreign = refused(this::unlockDefault);
        assertThat(foreign.kind()).isEqualTo(ErrorKind.KEY_BELONGS_TO_OTHER_TPM);
        assertThat(foreign.hint()).isEqualTo("tpm-keyring recover default --reseal");
    }

    @Test
    void worksAgainWhenTheTpmCameBack() {
        world.add("a");
        lockAll();
        world.tpm.unavailable("no such device");
        assertThat(refused(this::unlockDefault).kind()).isEqualTo(ErrorKind.TPM_UNAVAILABLE);

        world.tpm.unavailable(null);
        assertThat(unlockDefault().error()).isEmpty();
    }

    @Test
    void triesEachTpmProtectorAndTellsTheReasonThatCanBeMended() {
        world.add(Orders.key("a").pcrs("7"));
        Object added =
                world.call(org.tpmkeyring.protocol.api.AddProtector.METHOD, Orders.addTpm("default", "14"), person);
        assertThat(added).isNotNull();
        lockAll();

        world.tpm.measure(7, "dbx");
        assertThat(unlockDefault().protector()).contains("tpm2-3");

        lockAll();
        world.tpm.measure(14, "mok");
        KeyringException refusal = refused(this::unlockDefault);
        assertThat(refusal.kind()).isEqualTo(ErrorKind.UNEXPECTED_PCR_STATE);
    }

    @Test
    void refusesTheWholeCallForAVaultThatIsNotThere() {
        world.add("a");
        lockAll();
        int before = world.gatedTpm.calls();

        KeyringException refusal = refused(() -> unlock(Orders.unlock("default", "nosuch")));

        assertThat(refusal.kind()).isEqualTo(ErrorKind.NO_SUCH_VAULT);
        assertThat(refusal.sentence()).isEqualTo("there is no vault 'nosuch'");
        assertThat(world.gatedTpm.calls()).isEqualTo(before);
        assertThat(world.keyrings.count(0)).isZero();
    }

    @Test
    void saysThatThereIsNoDefaultVaultYet() {
        assertThat(refused(this::unlockDefault).kind()).isEqualTo(ErrorKind.NO_SUCH_VAULT);
        assertThat(unlock(Orders.unlockAll()).vaults()).isEmpty();
    }

    @Test
    void tellsFailuresOfSeveralVaultsAsValues() {
        world.add(Orders.key("a").in("one").pcrs("7"));
        world.add(Orders.key("b").in("two").pcrs("14"));
        lockAll();
        world.tpm.measure(7, "dbx");

        List<VaultOutcome> outcomes = unlock(Orders.unlock("one", "two")).vaults();

        assertThat(outcomes.get(0).error()).contains("org.tpmkeyring.UnexpectedPCRState");
        assertThat(outcomes.get(0).reason())
                .contains("vault 'one' stays locked: PCR 7 of sha256 changed since it was sealed");
        assertThat(outcomes.get(0).hint()).contains("tpm-keyring explain one");
        assertThat(outcomes.get(0).keys()).isEmpty();
        assertThat(outcomes.get(1).error()).isEmpty();
        assertThat(world.states()).containsEntry("a", KeyState.LOCKED).containsEntry("b", KeyState.DELIVERED);
    }

    @Test
    void choosesByOccasionAndAmongTheOwnersOwn() {
        world.add(Orders.key("a").in("one").when(When.BOOT));
        world.add(Orders.key("b").in("two").when(When.MANUAL));
        assertThat(world.callAs(1000, AddKey.METHOD, Orders.key("c").request(), person))
                .isNotNull();
        lockAll();

        assertThat(unlock(Orders.unlockWhen(When.MANUAL)).vaults())
                .extracting(VaultOutcome::vault)
                .containsExactly("two");
        assertThat(unlock(Orders.unlockAll()).vaults())
                .extracting(VaultOutcome::vault)
                .containsExactly("one", "two");
    }

    @Test
    void unlocksTheVaultsOfAllUsersForAnOccasionWhenRootSaysAll() {
        world.add(Orders.key("a").in("one").when(When.BOOT));
        world.add(Orders.key("b").in("two").when(When.MANUAL));
        AddKey.Request users =
                Orders.key("c").in("three").when(When.BOOT).owner(1000).request();
        assertThat(world.callAs(0, AddKey.METHOD, users, person)).isNotNull();
        Unlock.Request boot = new Unlock.Request(Optional.empty(), List.of(), true, Optional.of(When.BOOT));

        assertThat(unlock(boot).vaults()).extracting(VaultOutcome::vault).containsExactly("one", "three");
        assertThat(unlock(boot).vaults()).extracting(VaultOutcome::owner).containsExactly(0L, 1000L);
        assertThat(world.callAs(1000, Unlock.METHOD, boot, person).vaults())
                .extracting(VaultOutcome::vault)
                .containsExactly("three");
        Unlock.Request ofRoot = new Unlock.Request(Optional.of(0L), List.of(), true, Optional.of(When.BOOT));
        assertThat(unlock(ofRoot).vaults()).extracting(VaultOutcome::vault).containsExactly("one");
    }

    @Test
    void proposesNoVaultInRescueModeThatIsNotThere() {
        world.rescue = Optional.of("rescue");
        assertThat(refused(() -> unlock(Orders.unlockWhen(When.BOOT))).hint()).isEqualTo("tpm-keyring vault list");
        world.add(Orders.key("a").in("bare").when(When.BOOT).noRecovery());
        assertThat(refused(() -> unlock(Orders.unlockWhen(When.BOOT))).hint()).isEqualTo("tpm-keyring vault list");
        world.add(Orders.key("b").in("mine").when(When.BOOT).owner(1000));
        Unlock.Request everyones = new Unlock.Request(Optional.empty(), List.of(), true, Optional.of(When.BOOT));
        assertThat(refused(() -> unlock(everyones)).hint()).isEqualTo("tpm-keyring recover mine --user 1000");
    }

    @Test
    void unlocksNothingByItselfInRescueModeAndStillWhatAPersonNames() {
        world.add(Orders.key("a").in("one").when(When.BOOT));
        world.add(Orders.key("b").in("two").when(When.MANUAL));
        lockAll();
        int before = world.gatedTpm.calls();
        world.rescue = Optional.of("systemd.unit=rescue.target");

        KeyringException refused = refused(() -> unlock(Orders.unlockWhen(When.BOOT)));

        assertThat(refused.kind()).isEqualTo(ErrorKind.RESCUE_MODE);
        assertThat(refused.sentence())
                .isEqualTo("rescue mode: nothing is unlocked by itself,"
                        + " the kernel command line has 'systemd.unit=rescue.target'");
        assertThat(refused.hint()).isEqualTo("tpm-keyring recover one");
        assertThat(world.gatedTpm.calls()).isEqualTo(before);
        assertThat(world.states()).containsEntry("a", KeyState.LOCKED);
        assertThat(unlock(Orders.unlockWhen(When.MANUAL)).vaults()).hasSize(1);
        assertThat(unlock(Orders.unlock("one")).vaults()).hasSize(1);
        assertThat(world.states()).containsEntry("a", KeyState.DELIVERED).containsEntry("b", KeyState.DELIVERED);
    }

    @Test
    void doesNotLetADamagedVaultHideTheOthers() {
        world.add(Orders.key("a").in("one"));
        world.add(Orders.key("b").in("two"));
        lockAll();
        String id = world.vault("one").id();
        world.damage("one");

        List<VaultOutcome> outcomes = unlock(Orders.unlockAll()).vaults();

        assertThat(outcomes).extracting(VaultOutcome::vault).containsExactly("two", id);
        assertThat(outcomes.get(0).error()).isEmpty();
        assertThat(outcomes.get(1).error()).contains("org.tpmkeyring.BadFormat");
        assertThat(outcomes.get(1).hint()).contains("tpm-keyring vault restore " + id);
    }

    @Test
    void tellsOfTheDamageWhenTheVaultOfThatNameMayBeTheDamagedOne() {
        world.add("a");
        world.damage("default");

        assertThat(refused(this::unlockDefault).kind()).isEqualTo(ErrorKind.VAULT_DAMAGED);
    }

    @Test
    void marksTheVaultVerifiedOnceItWasOpened() {
        world.add("a");
        lockAll();
        world.restart();
        assertThat(world.vault("default").verified()).isFalse();

        assertThat(unlockDefault().error()).isEmpty();
        assertThat(world.vault("default").verified()).isTrue();
    }
}
