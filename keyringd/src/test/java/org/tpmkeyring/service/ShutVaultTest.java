// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.KeyringException;
import org.tpmkeyring.protocol.api.AddKey;
import org.tpmkeyring.protocol.api.AddProtector;
import org.tpmkeyring.protocol.api.CloseDoor;
import org.tpmkeyring.protocol.api.Lock;
import org.tpmkeyring.protocol.api.ProtectorInfo;
import org.tpmkeyring.protocol.api.Recover;
import org.tpmkeyring.protocol.api.RemoveKey;
import org.tpmkeyring.protocol.api.RemoveProtector;
import org.tpmkeyring.protocol.api.RenameVault;
import org.tpmkeyring.protocol.api.Reseal;
import org.tpmkeyring.protocol.api.ShowSecret;
import org.tpmkeyring.protocol.api.Unlock;
import org.tpmkeyring.protocol.api.VaultDoor;
import org.tpmkeyring.protocol.api.VaultOutcome;
import org.tpmkeyring.protocol.value.TargetType;
import org.tpmkeyring.protocol.value.When;

/** What can be done with vaults that the door shuts, before and after it was closed. */
final class ShutVaultTest extends WorldTest {
    private ScriptedDialogue add(String name) {
        return world.add(Orders.key(name));
    }

    private void close() {
        assertThat(world.call(CloseDoor.METHOD, new CloseDoor.Request()).door().pcr())
                .contains(15);
    }

    private void lock() {
        assertThat(world.call(Lock.METHOD, Orders.lockAll()).vaults()).isNotEmpty();
    }

    private List<String> pcrs(String vault) {
        return world.vault(vault).protectors().stream()
                .flatMap(protector -> protector.pcrs().stream())
                .toList();
    }

    private void assertOpensAtTheNextBoot(String vault) {
        world.reboot();
        assertThat(world.call(Unlock.METHOD, Orders.unlock(vault)).vaults())
                .singleElement()
                .extracting(VaultOutcome::protector)
                .satisfies(protector -> assertThat(protector)
                        .hasValueSatisfying(id -> assertThat(id).startsWith("tpm2-")));
    }

    private Reseal.Request reseal(String vault, Optional<String> pcrs, Optional<Boolean> reopenable) {
        return new Reseal.Request(Optional.empty(), vault, pcrs, false, reopenable);
    }

    @Nested
    class Making {
        @Test
        void everyBootVaultGetsTheDoor() {
            world.add("a");
            world.add(Orders.key("b").in("named").pcrs("7+14"));
            world.add(Orders.key("c").in("hand").when(When.MANUAL));
            world.add(Orders.key("d").in("open").reopenable());

            assertThat(pcrs("default")).containsExactly("7+15:sha256");
            assertThat(pcrs("named")).containsExactly("7+14+15:sha256");
            assertThat(pcrs("hand")).containsExactly("7:sha256");
            assertThat(pcrs("open")).containsExactly("7:sha256");
            assertThat(world.vault("default").door()).isEqualTo(VaultDoor.OPEN);
            assertThat(world.vault("hand").door()).isEqualTo(VaultDoor.NONE);
            assertThat(world.vault("open").door()).isEqualTo(VaultDoor.REOPENABLE);
        }

        @Test
        void aUsersVaultForBootGetsItToo() {
            world.add(Orders.key("a").owner(1000).when(When.BOOT));
            world.add(Orders.key("b").in("mine").owner(1000));
            close();

            assertThat(refusal(1000, "default")).isEqualTo(ErrorKind.DOOR_CLOSED);
            assertThat(world.callAs(1000, Unlock.METHOD, Orders.unlock("mine"), person)
                            .vaults())
                    .hasSize(1);
        }

        private ErrorKind refusal(long uid, String vault) {
            assertThat(world.callAs(1000, Lock.METHOD, Orders.lockAll(), person).vaults())
                    .isNotEmpty();
            return World.refusal(() -> world.callAs(uid, Unlock.METHOD, Orders.unlock(vault), person))
                    .kind();
        }

        @Test
        void anUnmeasuredPcrBesidesTheDoorIsRefusedAsEver() {
            KeyringException refusal = refused(
                    () -> world.call(AddKey.METHOD, Orders.key("a").pcrs("7+9").request(), person));
            assertThat(refusal.kind()).isEqualTo(ErrorKind.PCR_BANK_EMPTY);
            assertThat(refusal.sentence()).startsWith("PCR 9 of");
            assertThat(refused(() -> world.call(
                                    AddKey.METHOD, Orders.key("a").pcrs("15").request(), person))
                            .sentence())
                    .startsWith("PCR 15 of");
            assertThat(refused(() -> world.call(
                                    AddKey.METHOD,
                                    Orders.key("a").owner(1000).pcrs("7+15").request(),
                                    person))
                            .sentence())
                    .startsWith("PCR 15 of");
        }

        @Test
        void onlyBootVaultsCanBeReopenable() {
            KeyringException login = refused(() -> world.call(
                    AddKey.METHOD, Orders.key("a").owner(1000).reopenable().request(), person));
            assertThat(login.kind()).isEqualTo(ErrorKind.BAD_ARGUMENT);
            assertThat(login.sentence()).isEqualTo("reopenable: only vaults for boot are shut at its end");
            assertThat(login.hint()).isEqualTo("the same command without --reopenable");
            KeyringException named = refused(() -> world.call(
                    AddKey.METHOD, Orders.key("a").pcrs("7+15").reopenable().request(), person));
            assertThat(named.sentence()).startsWith("reopenable: PCR 15 is the door");
        }

        @Test
        void aVaultThatIsThereIsNotMadeReopenableByTheWay() {
            world.add("a");

            KeyringException refusal = refused(
                    () -> world.call(AddKey.METHOD, Orders.key("b").reopenable().request(), person));
            assertThat(refusal.sentence())
                    .isEqualTo("reopenable: vault 'default' exists already and is shut at the end of boot");
            assertThat(refusal.hint()).isEqualTo("tpm-keyring reseal default --reopenable");
            world.add(Orders.key("c").pcrs("7"));
            world.add(Orders.key("d").pcrs("7+15"));
        }
    }

    @Nested
    class Sealing {
        @Test
        void aVaultMadeBehindTheClosedDoorOpensAtTheNextBoot() {
            world.add("a");
            close();
            world.add(Orders.key("b").in("later"));

            assertThat(world.vault("later").door()).isEqualTo(VaultDoor.SHUT);
            assertOpensAtTheNextBoot("later");
        }

        @Test
        void soDoesOneThatWasRecoveredAndSealedAnew() {
            ScriptedDialogue seen = add("a");
            close();
            lock();
            world.tpm.measure(7, "dbx");
            Recover.Reply reply = world.call(
                    Recover.METHOD,
                    Orders.recoverAndReseal("default"),
                    new ScriptedDialogue().answering(seen.recoveryKey()));
            assertThat(reply.resealed()).extracting(ProtectorInfo::pcrs).containsExactly(Optional.of("7+15:sha256"));

            lock();
            assertThat(refused(() -> world.call(Unlock.METHOD, Orders.unlock())).kind())
                    .isEqualTo(ErrorKind.DOOR_CLOSED);
        }

        @Test
        void aProtectorThatIsAddedKeepsToTheVaultsChoice() {
            world.add("a");
            world.add(Orders.key("b").in("open").reopenable());
            assertThat(world.call(AddProtector.METHOD, Orders.addTpm("default", "14"), person)
                            .protector()
                            .pcrs())
                    .contains("14+15:sha256");
            assertThat(world.call(AddProtector.METHOD, Orders.addTpm("open", "14"), person)
                            .protector()
                            .pcrs())
                    .contains("14:sha256");
        }

        @Test
        void resealingChangesTheChoiceWhenTold() {
            world.add("a");
            close();
            ScriptedDialogue seen = new ScriptedDialogue();
            world.add(Orders.key("b").in("open").reopenable());

            assertThat(world.call(Reseal.METHOD, reseal("open", Optional.empty(), Optional.of(false)), seen)
                            .resealed())
                    .extracting(ProtectorInfo::pcrs)
                    .containsExactly(Optional.of("7+15:sha256"));
            assertThat(world.vault("open").door()).isEqualTo(VaultDoor.SHUT);
            assertOpensAtTheNextBoot("open");
            assertThat(world.call(Reseal.METHOD, reseal("open", Optional.empty(), Optional.of(true)), seen)
                            .resealed())
                    .extracting(ProtectorInfo::pcrs)
                    .containsExactly(Optional.of("7:sha256"));
            assertThat(world.call(Reseal.METHOD, reseal("open", Optional.of("14"), Optional.empty()), seen)
                            .resealed())
                    .extracting(ProtectorInfo::pcrs)
                    .containsExactly(Optional.of("14:sha256"));
            assertThat(seen.asked()).isEmpty();
        }

        @Test
        void aChoiceThatMakesNoSenseIsRefused() {
            world.add(Orders.key("c").in("hand").when(When.MANUAL));
            assertThat(refused(() -> world.call(
                                    Reseal.METHOD, reseal("hand", Optional.empty(), Optional.of(false)), person))
                            .sentence())
                    .isEqualTo("reopenable: only vaults for boot are shut at its end");
            world.add("a");
            assertThat(refused(() -> world.call(
                                    Reseal.METHOD, reseal("default", Optional.of("7+15"), Optional.of(true)), person))
                            .sentence())
                    .startsWith("reopenable: PCR 15 is the door");
            world.restartWithDoor(Optional.empty());
            assertThat(refused(() -> world.call(
                                    Reseal.METHOD, reseal("default", Optional.empty(), Optional.of(false)), person))
                            .sentence())
                    .isEqualTo("reopenable: there is no door, keyringd.conf has DoorPCR=off");
        }

        @Test
        void withoutTheRecordNothingIsSealedToAWrongValue() throws IOException {
            ScriptedDialogue seen = add("a");
            close();
            Files.delete(world.runtimeDirectory().resolve("door"));

            KeyringException refusal = refused(
                    () -> world.call(AddKey.METHOD, Orders.key("b").in("later").request(), person));
            assertThat(refusal.kind()).isEqualTo(ErrorKind.OPEN_STATE_UNKNOWN);
            assertThat(refusal.sentence())
                    .isEqualTo("nothing can be sealed for boot before the next one: the door was closed, and what PCR"
                            + " 15 was before is not in " + world.runtimeDirectory() + "/door any more");
            assertThat(refusal.hint()).isEqualTo("systemctl reboot");
            assertThat(refused(() -> world.call(
                                    Recover.METHOD,
                                    Orders.recoverAndReseal("default"),
                                    new ScriptedDialogue().answering(seen.recoveryKey())))
                            .hint())
                    .isEqualTo("tpm-keyring recover default");
            world.add(Orders.key("c").in("open").reopenable());
        }

        @Test
        void theDoorMayHaveBeenMeasuredIntoBefore() {
            world.tpm.measure(15, "root volume");
            world.add("a");
            close();
            world.add(Orders.key("b").in("later"));
            lock();
            assertThat(refused(() -> world.call(Unlock.METHOD, Orders.unlock())).kind())
                    .isEqualTo(ErrorKind.DOOR_CLOSED);

            world.reboot();
            world.tpm.measure(15, "root volume");
            assertThat(world.call(Unlock.METHOD, Orders.unlockAll()).vaults()).hasSize(2);
        }
    }

    @Nested
    class Changing {
        private ScriptedDialogue known() {
            ScriptedDialogue seen = add("a");
            close();
            lock();
            return new ScriptedDialogue().answering(seen.recoveryKey());
        }

        @Test
        void aKeyIsAddedWithTheRecoveryKey() {
            ScriptedDialogue known = known();

            assertThat(world.call(AddKey.METHOD, Orders.key("b").request(), known)
                            .key()
                            .vault())
                    .isEqualTo("default");
            assertThat(known.asked()).containsExactly("recovery-key");
            assertOpensAtTheNextBoot("default");
            assertThat(world.states()).containsOnlyKeys("a", "b");
        }

        @Test
        void whoHasNoRecoveryKeyIsToldWhatTheTpmSaid() {
            world.add("a");
            close();

            KeyringException refusal =
                    refused(() -> world.call(AddKey.METHOD, Orders.key("b").request(), person));
            assertThat(refusal.kind()).isEqualTo(ErrorKind.DOOR_CLOSED);
            assertThat(refusal.hint()).isEqualTo("the same command with --unlock-key-file FILE");
        }

        @Test
        void soIsWhoHasNoneForResealingAndProtectors() {
            world.add("a");
            close();
            for (KeyringException refusal : List.of(
                    refused(() ->
                            world.call(Reseal.METHOD, reseal("default", Optional.empty(), Optional.empty()), person)),
                    refused(() -> world.call(AddProtector.METHOD, Orders.addTpm("default", "14"), person)),
                    refused(() -> world.call(AddProtector.METHOD, Orders.addRecovery("default"), person)),
                    refused(() ->
                            world.call(RemoveProtector.METHOD, Orders.removeProtector("default", "tpm2-1"), person)))) {
                assertThat(refusal.kind()).isEqualTo(ErrorKind.DOOR_CLOSED);
                assertThat(refusal.hint()).isEqualTo("the same command with --unlock-key-file FILE");
            }
        }

        @Test
        void aWrongRecoveryKeyIsTold() {
            world.add("a");
            close();

            assertThat(refused(() -> world.call(
                                    AddKey.METHOD,
                                    Orders.key("b").request(),
                                    new ScriptedDialogue().answering("00".repeat(32))))
                            .kind())
                    .isEqualTo(ErrorKind.WRONG_RECOVERY_KEY);
        }

        @Test
        void aVaultWithoutRecoveryKeyStaysAsItIs() {
            world.add(Orders.key("a").noRecovery());
            close();

            KeyringException refusal = refused(() -> world.call(RemoveKey.METHOD, Orders.removeKey("a"), person));
            assertThat(refusal.kind()).isEqualTo(ErrorKind.DOOR_CLOSED);
            assertThat(refusal.hint()).isEqualTo("systemctl reboot");
            assertThat(person.asked()).isEmpty();
        }

        @Test
        void aKeyIsRemoved() {
            assertThat(world.call(RemoveKey.METHOD, Orders.removeKey("a"), known())
                            .removal()
                            .name())
                    .isEqualTo("a");
            assertThat(world.states()).isEmpty();
        }

        @Test
        void theVaultIsRenamed() {
            assertThat(world.call(RenameVault.METHOD, Orders.renameVault("default", "disks"), known())
                            .vault()
                            .name())
                    .isEqualTo("disks");
            assertOpensAtTheNextBoot("disks");
        }

        @Test
        void aProtectorIsAdded() {
            ScriptedDialogue known = known();
            assertThat(world.call(AddProtector.METHOD, Orders.addTpm("default", "14"), known)
                            .protector()
                            .pcrs())
                    .contains("14+15:sha256");
            assertOpensAtTheNextBoot("default");
        }

        @Test
        void aPassphraseIsShown() {
            ScriptedDialogue seen =
                    world.add(Orders.key("e").target(TargetType.ECRYPTFS).in("private"));
            close();
            ScriptedDialogue known = new ScriptedDialogue().answering(seen.recoveryKey());

            assertThat(world.call(ShowSecret.METHOD, Orders.showSecret("e"), known)
                            .key()
                            .name())
                    .isEqualTo("e");
            assertThat(known.offers()).hasSize(1);
        }

        @Test
        void aPassphraseInALockedVaultIsRefusedWithTheWayToIt() {
            world.add(Orders.key("e").target(TargetType.ECRYPTFS).in("private"));
            close();
            assertThat(world.call(Lock.METHOD, Orders.lockAll()).vaults()).isNotEmpty();

            KeyringException refusal = refused(() -> world.call(ShowSecret.METHOD, Orders.showSecret("e"), person));
            assertThat(refusal.kind()).isEqualTo(ErrorKind.DOOR_CLOSED);
            assertThat(refusal.hint()).isEqualTo("tpm-keyring recover private");
        }
    }
}
