// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.api.AddKey;
import org.tpmkeyring.protocol.api.CloseSession;
import org.tpmkeyring.protocol.api.KeyInfo;
import org.tpmkeyring.protocol.api.ListKeys;
import org.tpmkeyring.protocol.api.Lock;
import org.tpmkeyring.protocol.api.OpenSession;
import org.tpmkeyring.protocol.api.SessionInfo;
import org.tpmkeyring.protocol.api.Status;
import org.tpmkeyring.protocol.api.Unlock;
import org.tpmkeyring.protocol.api.VaultOutcome;
import org.tpmkeyring.protocol.value.Bytes;
import org.tpmkeyring.protocol.value.KeyState;
import org.tpmkeyring.protocol.value.When;

/** Sessions of uid 1000, whose default vault is unlocked by logins. */
final class SessionsTest extends WorldTest {
    private static final long ALICE = 1000;
    private static final int SSHD = 101;
    private static final int LOGIN = 102;
    private static final int MANAGER = 103;
    private static final Duration SOON = AfterLogout.GRACE.plusSeconds(1);

    private FakeSessions machine;

    @BeforeEach
    void begin() {
        machine = world.sessions;
        List.of(SSHD, LOGIN, MANAGER).forEach(machine::process);
        add(new Orders.NewKey("home"));
        lock();
    }

    private KeyInfo add(Orders.NewKey order) {
        AddKey.Request request = order.owner(ALICE).request();
        return world.callAs(ALICE, AddKey.METHOD, request, new ScriptedDialogue())
                .key();
    }

    private void lock() {
        Lock.Request all = new Lock.Request(Optional.of(ALICE), List.of(), true);
        assertThat(world.call(Lock.METHOD, all).vaults()).isNotEmpty();
    }

    private void unlockByHand() {
        Unlock.Request all = new Unlock.Request(Optional.of(ALICE), List.of(), true, Optional.empty());
        assertThat(world.call(Unlock.METHOD, all).vaults()).isNotEmpty();
    }

    private OpenSession.Reply open(int process, String service) {
        return world.callFrom(process, OpenSession.METHOD, Orders.openSession(ALICE, service));
    }

    private void close(OpenSession.Reply session) {
        assertThat(world.callFrom(1, CloseSession.METHOD, Orders.closeSession(ALICE, session.lease())))
                .isNotNull();
    }

    private KeyState state(String key) {
        ListKeys.Request his = new ListKeys.Request(Optional.of(ALICE), false, Optional.empty());
        return world.call(ListKeys.METHOD, his).keys().stream()
                .filter(info -> info.name().equals(key))
                .findFirst()
                .orElseThrow()
                .state();
    }

    private void assertOpen() {
        assertThat(state("home")).isEqualTo(KeyState.DELIVERED);
    }

    private void assertLocked() {
        assertThat(state("home")).isEqualTo(KeyState.LOCKED);
    }

    @Test
    void aLoginUnlocksAndTheLogoutLocksSoonAfter() {
        OpenSession.Reply session = open(SSHD, "sshd");
        assertThat(session.opened()).isEqualTo(1);
        assertThat(session.refused()).isZero();
        assertThat(session.message()).isEmpty();
        assertThat(session.lease()).matches("[0-9a-f]{16}");
        assertOpen();
        machine.pass(Duration.ofHours(1));
        assertOpen();

        close(session);
        machine.pass(SOON);

        assertLocked();
        assertThat(machine.told).containsExactly("in default: delivered", "out default: removed");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void onlyTheLastOfSeveralSessionsLocks(boolean firstFirst) {
        OpenSession.Reply first = open(SSHD, "sshd");
        int afterTheFirst = world.gatedTpm.calls();
        OpenSession.Reply second = open(LOGIN, "login");
        assertThat(world.gatedTpm.calls()).isEqualTo(afterTheFirst);
        assertThat(second.opened()).isEqualTo(1);

        close(firstFirst ? first : second);
        machine.pass(SOON);
        assertOpen();
        close(firstFirst ? second : first);
        machine.pass(SOON);
        assertLocked();
    }

    @Test
    void onlyLoginVaultsAreMeant() {
        add(new Orders.NewKey("mine").in("byhand").when(When.MANUAL));
        open(SSHD, "sshd");
        assertThat(state("mine")).isEqualTo(KeyState.DELIVERED);

        machine.kill(SSHD);
        machine.pass(SOON);

        assertLocked();
        assertThat(state("mine")).isEqualTo(KeyState.DELIVERED);
    }

    @Test
    void aKilledLoginPinsNothing() {
        open(SSHD, "sshd");
        machine.kill(SSHD);
        machine.pass(SOON);
        assertLocked();
    }

    @Test
    void aSessionWithoutLeaseIsThatOfTheProcess() {
        open(SSHD, "sshd");
        open(LOGIN, "login");
        CloseSession.Request his = new CloseSession.Request(Optional.of(ALICE), Optional.empty());
        assertThat(world.callFrom(SSHD, CloseSession.METHOD, his)).isNotNull();
        machine.pass(SOON);
        assertOpen();
        assertThat(world.callFrom(LOGIN, CloseSession.METHOD, his)).isNotNull();
        machine.pass(SOON);
        assertLocked();
    }

    @Test
    void closingTwiceOrAnothersIsNoErrorAndEndsNothing() {
        OpenSession.Reply first = open(SSHD, "sshd");
        OpenSession.Reply second = open(LOGIN, "login");
        close(first);
        close(first);
        CloseSession.Request ofBob = Orders.closeSession(ALICE + 1, second.lease());
        assertThat(world.callFrom(1, CloseSession.METHOD, ofBob)).isNotNull();
        machine.pass(SOON);
        assertOpen();
    }

    @Test
    void whoComesRightBackCostsTheTpmNothing() {
        close(open(SSHD, "sshd"));
        int calls = world.gatedTpm.calls();
        open(LOGIN, "login");
        machine.pass(SOON);
        assertOpen();
        assertThat(world.gatedTpm.calls()).isEqualTo(calls);
    }

    @Test
    void aSessionThatEndsAfterTheLockingWasDueIsNotForgotten() {
        close(open(SSHD, "sshd"));
        OpenSession.Reply back = open(LOGIN, "login");
        machine.pass(AfterLogout.GRACE.dividedBy(2));
        close(back);
        machine.pass(SOON);
        assertLocked();
    }

    @Test
    void aSessionThatLogindClosedIsOver() {
        machine.logins.put("c2", List.of(ALICE, (long) SSHD));
        open(SSHD, "sshd");
        machine.pass(Leases.EVERY.multipliedBy(2));
        assertOpen();

        machine.logins.remove("c2");
        machine.pass(Leases.EVERY.plus(SOON));

        assertLocked();
    }

    @Test
    void aCrashOfTheDaemonClosesNobodysKeys() {
        open(SSHD, "sshd");
        world.restart();
        machine.pass(Duration.ofMinutes(1));
        assertOpen();
        machine.kill(SSHD);
        machine.pass(SOON);
        assertLocked();
    }

    @Test
    void aSessionThatEndedWhileTheDaemonWasAwayIsOver() {
        open(SSHD, "sshd");
        world.sessions.ports();
        machine.kill(SSHD);
        world.restart();
        assertOpen();
        machine.pass(SOON);
        assertLocked();
    }

    @Test
    void aProcessThatOnlyHasTheNumberIsNotTakenForTheSession() {
        machine.keepsDescriptors = false;
        machine.logins.put("c2", List.of(ALICE, (long) SSHD));
        open(SSHD, "sshd");
        machine.logins.remove("c2");
        world.restart();
        machine.pass(SOON);
        assertLocked();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void withoutDescriptorsLogindTellsWhoIsStillThere(boolean withLogind) {
        machine.keepsDescriptors = false;
        machine.withLogind = withLogind;
        if (withLogind) {
            machine.logins.put("c2", List.of(ALICE, (long) SSHD));
        }
        open(SSHD, "sshd");
        world.restart();
        machine.pass(Duration.ofMinutes(1));
        assertOpen();
    }

    @Test
    void aRebootForgetsAllSessions() {
        open(SSHD, "sshd");
        world.reboot();
        machine.pass(SOON);
        assertLocked();
        assertThat(open(LOGIN, "login").opened()).isEqualTo(1);
        assertOpen();
    }

    @Test
    void aUserManagerIsAReasonOnlyWhereItsUserLingers() {
        assertThat(open(MANAGER, "systemd-user").opened()).isZero();
        assertLocked();
        OpenSession.Reply session = open(SSHD, "sshd");
        close(session);
        machine.pass(SOON);
        assertLocked();

        machine.lingering.add(ALICE);
        open(MANAGER, "systemd-user");
        assertOpen();
        close(open(SSHD, "sshd"));
        machine.pass(SOON);
        assertOpen();

        machine.lingering.remove(ALICE);
        machine.kill(MANAGER);
        machine.pass(SOON);
        assertLocked();
    }

    @Test
    void aUserManagerWithoutLingerLocksNothingThatWasUnlockedByHand() {
        unlockByHand();
        OpenSession.Reply manager = open(MANAGER, "systemd-user");
        machine.pass(SOON);
        assertOpen();
        assertThat(manager.lease()).isNotEmpty();
    }

    @Test
    void whatIsRefusedIsToldWithTheNextCommandAndLocksNobodyOut() {
        world.tpm.measure(7, "another boot loader");
        OpenSession.Reply session = open(SSHD, "sshd");
        assertThat(session.opened()).isZero();
        assertThat(session.refused()).isEqualTo(1);
        assertThat(session.message().orElseThrow()).contains("default").contains("PCR 7");
        assertThat(session.hint().orElseThrow()).startsWith("tpm-keyring ").doesNotContain("--user");
        assertThat(machine.told).containsExactly("in default: " + ErrorKind.UNEXPECTED_PCR_STATE.wireName());
    }

    @Test
    void aKeyThatHasNoPlaceIsTold() {
        world.fscrypt.mount(Path.of("/srv/data"));
        add(new Orders.NewKey("photos").at("/srv/data"));
        lock();
        world.fscrypt.unmount(Path.of("/srv/data"));
        OpenSession.Reply session = open(SSHD, "sshd");
        assertThat(session.refused()).isEqualTo(1);
        assertThat(session.message().orElseThrow()).contains("photos").contains("default");
        assertThat(session.hint()).isPresent();
        assertOpen();
    }

    @Test
    void whatIsBusyIsToldOnceAndLockedWhenItsFilesAreClosed() {
        world.fscrypt.mount(Path.of("/srv/data"));
        Bytes identifier = Bytes.ofHex(
                add(new Orders.NewKey("photos").at("/srv/data")).identifiers().get(0));
        OpenSession.Reply session = open(SSHD, "sshd");
        world.fscrypt.keepBusy(identifier);
        close(session);
        machine.pass(Duration.ofMinutes(5));
        assertLocked();
        assertThat(machine.told).filteredOn(line -> line.contains("busy")).hasSize(1);

        world.fscrypt.closeFiles(identifier);
        machine.pass(Duration.ofSeconds(11));

        assertThat(state("photos")).isEqualTo(KeyState.LOCKED);
        assertThat(machine.told.get(machine.told.size() - 1))
                .startsWith("out default:")
                .doesNotContain("busy");
    }

    private Status.Reply status(Optional<Long> owner) {
        return world.call(Status.METHOD, new Status.Request(owner));
    }

    @Test
    void statusTellsTheSessionsAndWhatStaysOpenAfterThem() {
        world.fscrypt.mount(Path.of("/srv/data"));
        Bytes identifier = Bytes.ofHex(
                add(new Orders.NewKey("photos").at("/srv/data")).identifiers().get(0));
        machine.logins.put("c2", List.of(ALICE, (long) SSHD));
        OpenSession.Reply session = open(SSHD, "sshd");
        machine.pass(Leases.EVERY);

        SessionInfo told = new SessionInfo(ALICE, SSHD, "sshd", Optional.of("c2"), World.NOW.getEpochSecond());
        assertThat(status(Optional.empty()).sessions()).containsExactly(told);
        assertThat(status(Optional.of(ALICE)).sessions()).containsExactly(told);
        assertThat(status(Optional.of(ALICE + 1)).sessions()).isEmpty();

        world.fscrypt.keepBusy(identifier);
        close(session);
        machine.pass(SOON);
        assertThat(status(Optional.of(ALICE)).sessions()).isEmpty();
        assertThat(status(Optional.of(ALICE)).leaving())
                .extracting(VaultOutcome::vault)
                .containsExactly("default");
        assertThat(status(Optional.of(ALICE + 1)).leaving()).isEmpty();
    }

    @Test
    void aVaultThatItsOwnerUnlockedAgainIsNotLockedForHavingBeenBusy() {
        world.fscrypt.mount(Path.of("/srv/data"));
        Bytes identifier = Bytes.ofHex(
                add(new Orders.NewKey("photos").at("/srv/data")).identifiers().get(0));
        OpenSession.Reply session = open(SSHD, "sshd");
        world.fscrypt.keepBusy(identifier);
        close(session);
        machine.pass(SOON);
        unlockByHand();
        world.fscrypt.closeFiles(identifier);
        machine.pass(Duration.ofMinutes(1));
        assertOpen();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "../x", "sshd\n"})
    void aServiceThatIsNoNameIsRefused(String service) {
        assertThat(World.refusal(() -> open(SSHD, service)).kind()).isEqualTo(ErrorKind.BAD_ARGUMENT);
        assertLocked();
    }

    @Test
    void aProcessThatCannotBeSeenHasNoSession() {
        assertThat(World.refusal(() -> open(0, "sshd")).kind()).isEqualTo(ErrorKind.BAD_ARGUMENT);
        assertThat(World.refusal(() -> open(9999, "sshd")).kind()).isEqualTo(ErrorKind.BAD_ARGUMENT);
        assertLocked();
    }
}
