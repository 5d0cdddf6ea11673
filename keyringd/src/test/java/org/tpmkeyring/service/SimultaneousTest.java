// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.KeyringException;
import org.tpmkeyring.protocol.api.AddKey;
import org.tpmkeyring.protocol.api.AddProtector;
import org.tpmkeyring.protocol.api.KeyOutcome;
import org.tpmkeyring.protocol.api.KeyResult;
import org.tpmkeyring.protocol.api.ListKeys;
import org.tpmkeyring.protocol.api.Lock;
import org.tpmkeyring.protocol.api.ProtectorInfo;
import org.tpmkeyring.protocol.api.RemoveKey;
import org.tpmkeyring.protocol.api.Reseal;
import org.tpmkeyring.protocol.api.Status;
import org.tpmkeyring.protocol.api.Unlock;
import org.tpmkeyring.protocol.api.VaultOutcome;
import org.tpmkeyring.protocol.value.KeyState;

/** Calls that meet each other. */
@Timeout(60)
final class SimultaneousTest extends WorldTest {
    private static final int CALLERS = 16;

    private VaultOutcome unlock(String vault) {
        return world.call(Unlock.METHOD, Orders.unlock(vault)).vaults().get(0);
    }

    private void lock() {
        assertThat(world.call(Lock.METHOD, Orders.lockAll()).vaults()).isNotEmpty();
    }

    /** A thread of a caller. */
    private record Caller<T>(Thread thread, FutureTask<T> task) {
        static <T> Caller<T> start(Callable<T> call) {
            FutureTask<T> task = new FutureTask<>(call);
            Thread thread = new Thread(task, "caller");
            thread.setDaemon(true);
            thread.start();
            return new Caller<>(thread, task);
        }

        T result() throws Exception {
            return task.get(30, TimeUnit.SECONDS);
        }

        /** Waits until the caller waits for somebody else's run. */
        void awaitJoined() {
            while (!joined() && !task.isDone()) {
                Thread.onSpinWait();
            }
        }

        private boolean joined() {
            return thread.getState() == Thread.State.WAITING
                    && Arrays.stream(thread.getStackTrace())
                            .anyMatch(frame -> frame.getClassName().equals(SingleFlight.class.getName())
                                    && frame.getMethodName().equals("await"));
        }
    }

    @Test
    void unlocksOfOneVaultShareOneUnsealAndItsOutcome() throws Exception {
        world.add("a", "b");
        lock();
        int before = world.gatedTpm.calls();
        GatedTpm.Gate gate = world.gatedTpm.holdNextUnseal();
        List<Caller<VaultOutcome>> callers = new ArrayList<>();
        callers.add(Caller.start(() -> unlock("default")));
        gate.awaitReached();
        for (int i = 1; i < CALLERS; i++) {
            callers.add(Caller.start(() -> unlock("default")));
        }
        callers.stream().skip(1).forEach(Caller::awaitJoined);

        gate.open();

        for (Caller<VaultOutcome> caller : callers) {
            assertThat(caller.result().keys()).extracting(KeyOutcome::result).containsOnly(KeyResult.DELIVERED);
        }
        assertThat(world.gatedTpm.calls()).isEqualTo(before + 1);
    }

    @Test
    void unlocksThatComeAsTheyLikeNeverUnsealTwice() throws Exception {
        world.add("a", "b");
        for (int round = 0; round < 20; round++) {
            lock();
            int before = world.gatedTpm.calls();
            List<Caller<VaultOutcome>> callers = new ArrayList<>();
            for (int i = 0; i < CALLERS; i++) {
                callers.add(Caller.start(() -> unlock("default")));
            }
            for (Caller<VaultOutcome> caller : callers) {
                assertThat(caller.result().error()).isEmpty();
            }
            assertThat(world.gatedTpm.calls()).isEqualTo(before + 1);
        }
    }

    @Test
    void anUnlockThatHangsAtTheTpmHoldsUpNeitherOtherVaultsNorStatusNorLock() throws Exception {
        world.add(Orders.key("a").in("one"));
        world.add(Orders.key("b").in("two"));
        lock();
        GatedTpm.Gate gate = world.gatedTpm.holdNextUnseal();
        Caller<VaultOutcome> hanging = Caller.start(() -> unlock("one"));
        gate.awaitReached();

        assertThat(unlock("two").error()).isEmpty();
        assertThat(world.call(Status.METHOD, Orders.status()).vaults()).hasSize(2);
        assertThat(world.call(Lock.METHOD, Orders.lock("one")).vaults()).hasSize(1);
        assertThat(world.call(AddKey.METHOD, Orders.key("c").in("one").request(), person)
                        .key()
                        .name())
                .isEqualTo("c");
        assertThat(hanging.task().isDone()).isFalse();

        gate.open();
        assertThat(hanging.result().keys()).hasSize(2);
        assertThat(world.states()).containsEntry("c", KeyState.DELIVERED);
    }

    @Test
    void anUnlockUnderWayDoesNotBringBackAKeyThatWasRemovedMeanwhile() throws Exception {
        world.add("a", "b");
        lock();
        GatedTpm.Gate gate = world.gatedTpm.holdNextUnseal();
        Caller<VaultOutcome> slow = Caller.start(() -> unlock("default"));
        gate.awaitReached();
        assertThat(world.call(RemoveKey.METHOD, Orders.removeKey("a")).removal().result())
                .isEqualTo(KeyResult.ABSENT);

        gate.open();

        assertThat(slow.result().keys()).extracting(KeyOutcome::name).containsExactly("b");
        assertThat(world.keyrings.count(0)).isEqualTo(1);
    }

    /** A removal of "a" that another one overtakes before the gate is opened. */
    private Caller<KeyringException> removalOvertakenAt(GatedTpm.Gate gate) throws Exception {
        Caller<KeyringException> slow =
                Caller.start(() -> World.refusal(() -> world.call(RemoveKey.METHOD, Orders.removeKey("a"))));
        gate.awaitReached();
        assertThat(world.call(RemoveKey.METHOD, Orders.removeKey("a")).removal().result())
                .isEqualTo(KeyResult.REMOVED);
        return slow;
    }

    @Test
    void aRemovalUnderWayLeavesAnotherKeyOfTheNameAlone() throws Exception {
        world.add("a", "b");
        GatedTpm.Gate gate = world.gatedTpm.holdNextUnseal();
        Caller<KeyringException> slow = removalOvertakenAt(gate);
        world.add("a");

        gate.open();

        assertThat(slow.result().sentence())
                .isEqualTo("key 'a': it was removed meanwhile, and another one of this name is there now");
        assertThat(slow.result().hint()).isEqualTo("tpm-keyring show a");
        assertThat(world.states()).containsEntry("a", KeyState.DELIVERED);
    }

    @Test
    void ofTwoRemovalsOfAKeyOneIsRefused() throws Exception {
        world.add("a", "b");
        GatedTpm.Gate gate = world.gatedTpm.holdNextUnseal();
        Caller<KeyringException> slow = removalOvertakenAt(gate);

        gate.open();

        assertThat(slow.result().kind()).isEqualTo(ErrorKind.NO_SUCH_KEY);
        assertThat(world.states()).containsOnlyKeys("b");
    }

    @Test
    void aResealUnderWayKeepsTheProtectorThatWasAddedMeanwhile() throws Exception {
        world.add("a");
        GatedTpm.Gate gate = world.gatedTpm.holdNextUnseal();
        Caller<Reseal.Reply> slow = Caller.start(() -> world.call(Reseal.METHOD, Orders.reseal("default")));
        gate.awaitReached();
        assertThat(world.call(AddProtector.METHOD, Orders.addTpm("default", "7+14"))
                        .protector()
                        .id())
                .isEqualTo("tpm2-3");

        gate.open();

        assertThat(slow.result().resealed())
                .extracting(ProtectorInfo::pcrs)
                .containsExactlyInAnyOrder(Optional.of("7+14+15:sha256"), Optional.of("7+15:sha256"));
    }

    @Test
    void keysAddedAtTheSameTimeAllStay() throws Exception {
        world.add("first");
        List<Caller<AddKey.Reply>> callers = new ArrayList<>();
        for (int i = 0; i < CALLERS; i++) {
            String name = "k" + i;
            callers.add(Caller.start(
                    () -> world.call(AddKey.METHOD, Orders.key(name).request(), new ScriptedDialogue())));
        }
        for (Caller<AddKey.Reply> caller : callers) {
            assertThat(caller.result().delivery().result()).isEqualTo(KeyResult.DELIVERED);
        }
        assertThat(world.states()).hasSize(CALLERS + 1);
    }

    @Test
    void ofTwoKeysOfOneNameAddedAtTheSameTimeOneIsRefused() throws Exception {
        world.add("first");
        GatedTpm.Gate gate = world.gatedTpm.holdNextUnseal();
        Caller<String> slow = Caller.start(() -> World.refusal(
                        () -> world.call(AddKey.METHOD, Orders.key("same").request(), new ScriptedDialogue()))
                .sentence());
        gate.awaitReached();
        world.add("same");

        gate.open();

        assertThat(slow.result()).isEqualTo("key 'same' exists already");
        assertThat(world.states()).hasSize(2);
    }

    @Test
    void oneNameAddedToTwoVaultsAtTheSameTimeStaysUnique() throws Exception {
        world.add(Orders.key("a").in("one"));
        world.add(Orders.key("b").in("two"));
        for (int round = 0; round < 20; round++) {
            String name = "same" + round;
            Caller<Boolean> first = Caller.start(() -> isAdded(name, "one"));
            Caller<Boolean> second = Caller.start(() -> isAdded(name, "two"));
            assertThat(first.result()).isNotEqualTo(second.result());
        }
        assertThat(world.call(ListKeys.METHOD, Orders.listKeys()).keys()).hasSize(22);
    }

    private boolean isAdded(String name, String vault) {
        try {
            world.add(Orders.key(name).in(vault));
            return true;
        } catch (KeyringException e) {
            assertThat(e.kind()).isEqualTo(ErrorKind.EXISTS);
            return false;
        }
    }
}
