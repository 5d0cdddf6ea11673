// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tpmkeyring.policy.PcrEvent;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.KeyringException;
import org.tpmkeyring.protocol.api.CloseDoor;
import org.tpmkeyring.protocol.api.DoorState;
import org.tpmkeyring.protocol.api.KeyOutcome;
import org.tpmkeyring.protocol.api.KeyResult;
import org.tpmkeyring.protocol.api.ShutVault;
import org.tpmkeyring.protocol.api.Status;
import org.tpmkeyring.protocol.api.Unlock;
import org.tpmkeyring.protocol.api.VaultDoor;
import org.tpmkeyring.protocol.value.Bytes;
import org.tpmkeyring.protocol.value.KeyState;
import org.tpmkeyring.protocol.value.PcrBank;
import org.tpmkeyring.protocol.value.PcrSelection;
import org.tpmkeyring.protocol.value.When;

/** Closing the door: what is extended, what is recorded, and every point at which it may be interrupted. */
final class CloseDoorTest extends WorldTest {
    private static final PcrSelection DOOR = PcrSelection.parse("15");
    private static final Bytes RESET = Bytes.copyOf(new byte[32]);

    private CloseDoor.Reply close() {
        return world.call(CloseDoor.METHOD, new CloseDoor.Request());
    }

    private Bytes door() throws Exception {
        return world.tpm.readPcrs(DOOR).byIndex().get(15);
    }

    private Path record() {
        return world.runtimeDirectory().resolve("door");
    }

    private DoorState state() {
        return world.call(Status.METHOD, Orders.status()).door().state();
    }

    private void lock() {
        assertThat(world.call(org.tpmkeyring.protocol.api.Lock.METHOD, Orders.lockAll())
                        .vaults())
                .isNotEmpty();
    }

    private ErrorKind unlockRefused() {
        return refused(() -> world.call(Unlock.METHOD, Orders.unlock())).kind();
    }

    private int unlocked() {
        return world.call(Unlock.METHOD, Orders.unlock()).vaults().get(0).keys().size();
    }

    private static final class Death extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    @Test
    void extendsTheDoorOnceAndRecordsWhatItWas() throws Exception {
        world.add("music");

        CloseDoor.Reply first = close();

        assertThat(first.extended()).isTrue();
        assertThat(first.door().state()).isEqualTo(DoorState.CLOSED);
        assertThat(first.door().pcr()).contains(15);
        assertThat(first.door().since()).contains(World.NOW.getEpochSecond());
        Bytes closed = new PcrEvent("tpm-keyring: the door is closed")
                .extended(PcrBank.SHA256, RESET)
                .orElseThrow();
        assertThat(door()).isEqualTo(closed);
        assertThat(Files.readString(record()))
                .contains("open.sha1=" + "00".repeat(20), "open.sha256=" + RESET.hex(), "closed=yes");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(record())))
                .isEqualTo("rw-------");

        CloseDoor.Reply second = close();
        assertThat(second.extended()).isFalse();
        assertThat(second.door()).isEqualTo(first.door());
        assertThat(door()).isEqualTo(closed);
        assertThat(world.tpm.extendCalls()).isEqualTo(1);
    }

    @Test
    void tellsWhatItMeansVaultByVault() {
        world.add("music");
        world.add(Orders.key("spare").in("always").reopenable());
        world.add(Orders.key("doc").in("papers").when(When.MANUAL));
        world.add(Orders.key("home").owner(1000));
        world.add(Orders.key("disk").in("disks").owner(1000).when(When.BOOT));

        List<ShutVault> vaults = close().vaults();

        assertThat(vaults)
                .extracting(ShutVault::vault, ShutVault::owner, ShutVault::door)
                .containsExactlyInAnyOrder(
                        org.assertj.core.groups.Tuple.tuple("default", 0L, VaultDoor.SHUT),
                        org.assertj.core.groups.Tuple.tuple("always", 0L, VaultDoor.REOPENABLE),
                        org.assertj.core.groups.Tuple.tuple("disks", 1000L, VaultDoor.SHUT));
        assertThat(vaults).allSatisfy(vault -> {
            assertThat(vault.inPlace()).isEqualTo(1);
            assertThat(vault.taken()).isEmpty();
        });
    }

    @Test
    void takesTheKeyOfAnOpenVolumeOutOfTheKeyringAndIsContentThatItStaysOpen() {
        String uuid = "8c0d0a44-6c3f-4f0e-9d4a-8a6e0b1c2d3e";
        world.add(Orders.key("data").opening(uuid, "ab".repeat(32)));
        world.volumes.open("data", uuid);

        List<KeyOutcome> taken = close().vaults().get(0).taken();

        assertThat(taken).singleElement().satisfies(key -> {
            assertThat(key.result()).isEqualTo(KeyResult.REMOVED);
            assertThat(key.reason()).isEmpty();
        });
        assertThat(world.states()).containsEntry("data", KeyState.DELIVERED);
        assertThat(close().vaults().get(0).taken())
                .singleElement()
                .extracting(KeyOutcome::result)
                .isEqualTo(KeyResult.ABSENT);
    }

    @Test
    void aTpmThatFailsDoesNotKeepTheKeyInTheKeyring() {
        world.add(Orders.key("data").opening("8c0d0a44-6c3f-4f0e-9d4a-8a6e0b1c2d3e", "ab".repeat(32)));
        assertThat(world.states()).containsEntry("data", KeyState.DELIVERED);
        world.tpm.unavailable("no such device");

        assertThat(refused(this::close).kind()).isEqualTo(ErrorKind.TPM_UNAVAILABLE);
        assertThat(world.states()).containsEntry("data", KeyState.LOCKED);
    }

    @Test
    void leavesTheDoorOpenWhereNoBootVaultDependsOnIt() throws Exception {
        world.add(Orders.key("spare").reopenable());
        world.add(Orders.key("home").owner(1000));

        CloseDoor.Reply reply = close();

        assertThat(reply.extended()).isFalse();
        assertThat(reply.door().state()).isEqualTo(DoorState.OPEN);
        assertThat(door()).isEqualTo(RESET);
        assertThat(record()).doesNotExist();
    }

    @Test
    void closesForADamagedVaultThatMayDependOnIt() {
        world.add("music");
        world.damage("default");

        assertThat(close().extended()).isTrue();
    }

    @Test
    void doesNothingWhereThereIsNoDoor() throws Exception {
        world.add("music");
        world.restartWithDoor(Optional.empty());

        CloseDoor.Reply reply = close();
        assertThat(reply.extended()).isFalse();
        assertThat(reply.door().state()).isEqualTo(DoorState.OFF);
        assertThat(reply.vaults()).extracting(ShutVault::door).containsExactly(VaultDoor.NONE);
        assertThat(door()).isEqualTo(RESET);
    }

    @Test
    void anUnlockOfWhatIsInPlaceAsksTheTpmForNothing() {
        world.add("music");
        assertThat(close().extended()).isTrue();
        int before = world.gatedTpm.calls();

        assertThat(unlocked()).isEqualTo(1);
        assertThat(world.gatedTpm.calls()).isEqualTo(before);
    }

    @Test
    void refusesToUnlockUntilTheNextBoot() {
        world.add("music");
        assertThat(close().extended()).isTrue();
        lock();

        KeyringException refusal = refused(() -> world.call(Unlock.METHOD, Orders.unlock()));
        assertThat(refusal.kind()).isEqualTo(ErrorKind.DOOR_CLOSED);
        assertThat(refusal.sentence())
                .isEqualTo("vault 'default' was shut at the end of boot and opens again at the next one");
        assertThat(refusal.hint()).isEqualTo("tpm-keyring recover default");
        assertThat(world.vault("default").door()).isEqualTo(VaultDoor.SHUT);

        world.reboot();
        assertThat(unlocked()).isEqualTo(1);
        assertThat(world.vault("default").door()).isEqualTo(VaultDoor.OPEN);
    }

    @Test
    void leavesReopenableAndLoginVaultsAlone() {
        world.add("music");
        world.add(Orders.key("spare").in("always").reopenable());
        world.add(Orders.key("home").owner(1000));
        assertThat(close().extended()).isTrue();
        lock();

        assertThat(world.call(Unlock.METHOD, Orders.unlock("always"))
                        .vaults()
                        .get(0)
                        .keys())
                .hasSize(1);
        assertThat(world.callAs(1000, Unlock.METHOD, Orders.unlock(), person)
                        .vaults()
                        .get(0)
                        .keys())
                .hasSize(1);
        assertThat(unlockRefused()).isEqualTo(ErrorKind.DOOR_CLOSED);
    }

    @Test
    void anotherPcrThatChangedIsToldAsSuch() {
        world.add("music");
        assertThat(close().extended()).isTrue();
        lock();
        world.tpm.measure(7, "dbx");

        assertThat(unlockRefused()).isEqualTo(ErrorKind.UNEXPECTED_PCR_STATE);
    }

    @Test
    void whatSomebodyElseMeasuresAfterwardsDoesNotHideThatTheDoorIsClosed() {
        world.add("music");
        assertThat(close().extended()).isTrue();
        lock();
        world.tpm.measure(15, "machine-id");

        assertThat(unlockRefused()).isEqualTo(ErrorKind.DOOR_CLOSED);
        assertThat(close().extended()).isFalse();
    }

    @Test
    void aDeathBeforeTheExtensionLeavesAnOpenDoor() throws Exception {
        world.add("music");
        world.gatedTpm.crashBeforeExtend(new Death());
        assertThatThrownBy(this::close).isInstanceOf(Death.class);
        world.restart();
        lock();

        assertThat(state()).isEqualTo(DoorState.INTERRUPTED);
        assertThat(door()).isEqualTo(RESET);
        assertThat(unlocked()).isEqualTo(1);
        world.add(Orders.key("more").in("later"));
        assertThat(close().extended()).isTrue();
        world.reboot();
        assertThat(world.call(Unlock.METHOD, Orders.unlockAll()).vaults())
                .allSatisfy(vault -> assertThat(vault.error()).isEmpty());
    }

    @Test
    void aDeathAfterTheExtensionLeavesAClosedDoor() {
        world.add("music");
        world.gatedTpm.crashAfterExtend(new Death());
        assertThatThrownBy(this::close).isInstanceOf(Death.class);
        world.restart();
        lock();

        assertThat(state()).isEqualTo(DoorState.INTERRUPTED);
        assertThat(unlockRefused()).isEqualTo(ErrorKind.DOOR_CLOSED);
        world.add(Orders.key("more").in("later"));
        assertThat(close().extended()).isFalse();
        assertThat(state()).isEqualTo(DoorState.CLOSED);
        assertThat(world.tpm.extendCalls()).isEqualTo(1);
        world.reboot();
        assertThat(world.call(Unlock.METHOD, Orders.unlockAll()).vaults())
                .allSatisfy(vault -> assertThat(vault.error()).isEmpty());
    }

    @Test
    void anAnswerThatWasLostIsSettledByThePcr() {
        world.add("music");
        world.gatedTpm.loseNextAnswer();

        assertThat(close().extended()).isTrue();
        assertThat(state()).isEqualTo(DoorState.CLOSED);
    }

    @Test
    void aTpmThatDoesNotAnswerIsTold() {
        world.add("music");
        world.tpm.unavailable("no such device");

        KeyringException refusal = refused(this::close);
        assertThat(refusal.kind()).isEqualTo(ErrorKind.TPM_UNAVAILABLE);
        assertThat(record()).doesNotExist();
    }

    @Test
    void aRecordThatCannotBeWrittenKeepsTheDoorOpen() throws Exception {
        world.add("music");
        Files.createDirectory(
                world.runtimeDirectory(),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
        Files.setPosixFilePermissions(world.runtimeDirectory(), PosixFilePermissions.fromString("rwxrwxrwx"));

        KeyringException refusal = refused(this::close);
        assertThat(refusal.kind()).isEqualTo(ErrorKind.VAULT_UNSAFE_FILE);
        assertThat(refusal.sentence()).contains("others may write in it, its mode is 0777");
        assertThat(door()).isEqualTo(RESET);
    }

    @Test
    void withoutItsRecordTheDoorIsNotExtendedAgain() throws Exception {
        world.add("music");
        assertThat(close().extended()).isTrue();
        Bytes closed = door();
        Files.delete(record());

        CloseDoor.Reply again = close();
        assertThat(again.extended()).isFalse();
        assertThat(again.door().state()).isEqualTo(DoorState.CLOSED);
        assertThat(again.door().since()).isEmpty();
        assertThat(door()).isEqualTo(closed);
        assertThat(close().extended()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "boot=boot-1\n", "nonsense", "boot=other\ndevice=fake:\npcr=15\nclosed=yes\n"})
    void aRecordThatIsNoneCountsAsNone(String text) throws IOException {
        world.add("music");
        assertThat(close().extended()).isTrue();
        Files.writeString(record(), text);

        assertThat(state()).isEqualTo(DoorState.OPEN);
        assertThat(close().extended()).isFalse();
    }

    @Test
    void afterATpmResetAloneTheDoorIsOpenAgain() {
        world.add("music");
        assertThat(close().extended()).isTrue();
        lock();
        world.tpm.reboot();
        world.tpm.measureFirmware();

        assertThat(state()).isEqualTo(DoorState.CLOSED);
        assertThat(unlocked()).isEqualTo(1);
        assertThat(state()).isEqualTo(DoorState.OPEN);
        assertThat(close().extended()).isTrue();
    }

    @Test
    void keysStayWhereTheyAre() {
        world.add("music");
        assertThat(close().extended()).isTrue();
        assertThat(world.states()).containsEntry("music", KeyState.DELIVERED);
    }
}
