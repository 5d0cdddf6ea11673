// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tpmkeyring.audit.AuditField;
import org.tpmkeyring.audit.AuditKind;
import org.tpmkeyring.kernel.KernelKeyType;
import org.tpmkeyring.key.KeyRecord;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.KeyringException;
import org.tpmkeyring.protocol.api.Alarm;
import org.tpmkeyring.protocol.api.CheckVolume;
import org.tpmkeyring.protocol.api.CloseDoor;
import org.tpmkeyring.protocol.api.KeyInfo;
import org.tpmkeyring.protocol.api.KeyResult;
import org.tpmkeyring.protocol.api.Lock;
import org.tpmkeyring.protocol.api.Recover;
import org.tpmkeyring.protocol.api.ShowKey;
import org.tpmkeyring.protocol.api.ShowSecret;
import org.tpmkeyring.protocol.api.Status;
import org.tpmkeyring.protocol.api.Unlock;
import org.tpmkeyring.protocol.api.VaultOutcome;
import org.tpmkeyring.protocol.value.KeyName;
import org.tpmkeyring.protocol.value.KeyState;
import org.tpmkeyring.protocol.value.TargetType;
import org.tpmkeyring.protocol.value.When;
import org.tpmkeyring.secret.SecretBuffer;

/** Volumes: their identity, the alarm, and who gets their keys. */
class VolumeCasesTest {
    private static final String UUID = "0f4c1d2e-0000-4000-8000-00000000abcd";
    private static final String GENUINE = "ab".repeat(32);
    private static final String PLANTED = "cd".repeat(32);
    private static final String DESCRIPTION = "tpm-keyring:data";

    @TempDir
    Path directory;

    private World world;
    private VolumeKeys volumeKeys;
    private String recoveryKey;

    @BeforeEach
    void open() {
        world = new World(directory);
        world.tpm.measure(7, "another state");
        recoveryKey =
                world.add(Orders.key("data").opening(UUID, GENUINE).in("disks")).recoveryKey();
        volumeKeys = world.volumeKeys();
    }

    @AfterEach
    void close() {
        world.close();
    }

    private void check(String identity) {
        KeyInfo key = world.call(CheckVolume.METHOD, Orders.checkVolume("data", identity))
                .key();
        assertThat(key.name()).isEqualTo("data");
    }

    private void lock() {
        assertThat(world.call(Lock.METHOD, Orders.lock("disks")).vaults()).hasSize(1);
    }

    private void assertTaken() throws Exception {
        try (SecretBuffer key = volumeKeys.take("data")) {
            assertThat(world.keyrings.holds(0, KernelKeyType.USER, DESCRIPTION, key))
                    .isTrue();
        }
    }

    @Test
    void aKeyTellsWhatItOpens() {
        KeyInfo key = world.call(ShowKey.METHOD, Orders.showKey("data")).key();
        assertThat(key.opens().orElseThrow().device()).contains("UUID=" + UUID);
        assertThat(key.opens().orElseThrow().uuid()).contains(UUID);
        assertThat(key.opens().orElseThrow().identity()).contains(GENUINE);
        assertThat(key.state()).isEqualTo(KeyState.DELIVERED);
        ScriptedDialogue person = new ScriptedDialogue();
        assertThat(world.call(ShowSecret.METHOD, Orders.showSecret("data"), person)
                        .key()
                        .name())
                .isEqualTo("data");
    }

    /** A vault was put back from a backup, beside the one that had come in its place. */
    @Test
    void ofTwoKeysOfAVolumesNameTheOneOfThatVolumeCounts() throws Exception {
        Path vaults = world.file("disks").getParent();
        Path backup = Files.move(vaults, vaults.resolveSibling("backup"));
        world.add(Orders.key("data").opening(UUID, PLANTED).in("disks"));
        try (Stream<Path> files = Files.list(backup)) {
            for (Path file : files.toList()) {
                Files.move(file, vaults.resolve(file.getFileName()));
            }
        }
        check(GENUINE);
        assertTaken();
        check(PLANTED);
        assertTaken();
        assertThat(World.refusal(() -> check(CheckVolume.NO_IDENTITY)).kind()).isEqualTo(ErrorKind.UNEXPECTED_VOLUME);
    }

    @Test
    void aCheckedVolumeGetsItsKeyAndABootVaultIsUnlockedForThat() throws Exception {
        check(GENUINE);
        assertTaken();
        lock();
        assertThat(world.states()).containsEntry("data", KeyState.LOCKED);
        assertTaken();
        assertThat(world.states()).containsEntry("data", KeyState.DELIVERED);
    }

    @Test
    void anUncheckedVolumeGetsNothing() {
        KeyringException refusal = World.refusal(() -> volumeKeys.take("data").close());
        assertThat(refusal.kind()).isEqualTo(ErrorKind.VOLUME_UNCHECKED);
        assertThat(refusal.hint()).isEqualTo("tpm-keyring volume check data");
    }

    @Test
    void whatIsNoVolumeRaisesAnAlarm() {
        KeyringException refusal = World.refusal(() -> check(CheckVolume.NO_IDENTITY));
        assertThat(refusal.kind()).isEqualTo(ErrorKind.UNEXPECTED_VOLUME);
        assertThat(refusal.sentence()).endsWith(": it has no LUKS header that can be read");
        assertThat(world.call(Status.METHOD, Orders.status()).alarms()).hasSize(1);
    }

    @Test
    void anotherIdentityIsRefusedRaisesAnAlarmAndUndoesTheLastCheck() {
        check(GENUINE);
        KeyringException refusal = World.refusal(() -> check(PLANTED));
        assertThat(refusal.kind()).isEqualTo(ErrorKind.UNEXPECTED_VOLUME);
        assertThat(refusal.sentence()).contains("volume 'data' is not the one").contains("cdcdcdcdcdcdcdcd...");
        assertThat(World.refusal(() -> volumeKeys.take("data").close()).kind()).isEqualTo(ErrorKind.VOLUME_UNCHECKED);
        assertThat(World.refusal(() -> check(PLANTED)).kind()).isEqualTo(ErrorKind.UNEXPECTED_VOLUME);

        assertThat(world.call(Status.METHOD, Orders.status()).alarms())
                .containsExactly(new Alarm(World.NOW.getEpochSecond(), "data", refusal.sentence()));
        assertThat(world.told).hasSize(2).allSatisfy(event -> {
            assertThat(event.kind()).isEqualTo(AuditKind.ALARM);
            assertThat(event.message()).isEqualTo("ALARM: " + refusal.sentence());
            assertThat(event.fields()).containsEntry(AuditField.VOLUME, "data");
        });
        assertThat(world.callAs(1000, Status.METHOD, Orders.status(), new ScriptedDialogue())
                        .alarms())
                .isEmpty();
    }

    @Test
    void whatIsNoIdentityAndWhatIsNoVolumeIsRefused() {
        world.add(Orders.key("other").in("disks"));
        assertThat(World.refusal(() -> check("ABCD")).kind()).isEqualTo(ErrorKind.BAD_ARGUMENT);
        assertThat(World.refusal(() -> volumeKeys.take("none").close()).kind()).isEqualTo(ErrorKind.NO_SUCH_KEY);
        assertThat(World.refusal(() -> volumeKeys.take("other").close()).kind()).isEqualTo(ErrorKind.BAD_ARGUMENT);
        assertThat(World.refusal(() -> volumeKeys.take("../x").close()).kind()).isEqualTo(ErrorKind.BAD_NAME);
    }

    @Test
    void aVaultThatIsNotForBootIsNotUnlockedForAVolume() throws Exception {
        world.add(Orders.key("tape").opening(UUID, PLANTED).in("archive").when(When.MANUAL));
        assertThat(world.call(CheckVolume.METHOD, Orders.checkVolume("tape", PLANTED))
                        .key()
                        .vault())
                .isEqualTo("archive");
        volumeKeys.take("tape").close();
        assertThat(world.call(Lock.METHOD, Orders.lock("archive")).vaults()).hasSize(1);
        KeyringException refusal = World.refusal(() -> volumeKeys.take("tape").close());
        assertThat(refusal.kind()).isEqualTo(ErrorKind.WAS_LOCKED);
        assertThat(refusal.hint()).isEqualTo("tpm-keyring unlock archive");
    }

    @Test
    void aVaultThatTheTpmKeepsShutSaysWhy() {
        lock();
        world.tpm.measure(7, "another state");
        check(GENUINE);
        assertThat(World.refusal(() -> volumeKeys.take("data").close()).kind())
                .isEqualTo(ErrorKind.UNEXPECTED_PCR_STATE);
    }

    @Test
    void inARescueBootNothingIsHandedOut() {
        check(GENUINE);
        world.rescue = Optional.of("rescue");
        KeyringException refusal = World.refusal(() -> volumeKeys.take("data").close());
        assertThat(refusal.kind()).isEqualTo(ErrorKind.RESCUE_MODE);
        assertThat(refusal.hint()).isEqualTo("tpm-keyring recover disks");
    }

    @Test
    void inARescueBootNobodyIsSentForARecoveryKeyThatThereIsNot() {
        world.add(Orders.key("tape").opening(UUID, PLANTED).in("archive").noRecovery());
        assertThat(world.call(CheckVolume.METHOD, Orders.checkVolume("tape", PLANTED))
                        .key()
                        .vault())
                .isEqualTo("archive");
        world.rescue = Optional.of("rescue");
        KeyringException refusal = World.refusal(() -> volumeKeys.take("tape").close());
        assertThat(refusal.kind()).isEqualTo(ErrorKind.RESCUE_MODE);
        assertThat(refusal.hint()).isEqualTo("tpm-keyring vault list");
    }

    @Test
    void anOpenVolumeNeedsNoKeyAndStaysOpenWhenItIsTaken() {
        world.volumes.open("data", UUID);
        Lock.Reply locked = world.call(Lock.METHOD, Orders.lock("disks"));
        assertThat(locked.vaults().get(0).keys().get(0).result()).isEqualTo(KeyResult.BUSY);
        assertThat(locked.vaults().get(0).keys().get(0).hint()).contains("cryptsetup close data");
        int unseals = world.tpm.unsealCalls();
        Unlock.Reply unlocked = world.call(Unlock.METHOD, Orders.unlock("disks"));
        assertThat(unlocked.vaults().get(0).keys().get(0).result()).isEqualTo(KeyResult.IN_PLACE);
        assertThat(world.tpm.unsealCalls()).isEqualTo(unseals);
        check(GENUINE);
        assertThat(World.refusal(() -> volumeKeys.take("data").close()).kind()).isEqualTo(ErrorKind.WAS_LOCKED);
    }

    @Test
    void aRecoveryKeyDeliversTheKeyOfAnOpenVolumeToo() {
        world.volumes.open("data", UUID);
        lock();
        assertThat(serials()).isEmpty();
        Recover.Reply recovered =
                world.call(Recover.METHOD, Orders.recover("disks"), new ScriptedDialogue().answering(recoveryKey));
        assertThat(recovered.outcome().keys().get(0).result()).isEqualTo(KeyResult.DELIVERED);
        assertThat(recovered.outcome().keys().get(0).serials()).hasSize(1);
        assertThat(serials()).hasSize(1);
    }

    private List<Long> serials() {
        return world.call(ShowKey.METHOD, Orders.showKey("data")).key().serials();
    }

    @Test
    void aNewKeyOfALockedVaultIsDeliveredSinceItsKeyslotIsMadeNow() {
        lock();
        world.add(Orders.key("more").opening(UUID, PLANTED).in("disks"));
        assertThat(world.states()).containsEntry("data", KeyState.LOCKED).containsEntry("more", KeyState.DELIVERED);
    }

    @Test
    void twoKeysNeverGoToTheSamePlace() {
        assertThat(World.refusal(() -> world.add(Orders.key("u").description(DESCRIPTION)))
                        .kind())
                .isEqualTo(ErrorKind.EXISTS);
        world.add(Orders.key("l").target(TargetType.LOGON).description("tpm-keyring:swap"));
        assertThat(World.refusal(() -> world.add(
                                Orders.key("swap").target(TargetType.DM_CRYPT).size(64)))
                        .kind())
                .isEqualTo(ErrorKind.EXISTS);
    }

    @Test
    void aCheckHoldsForTwoMinutesAndForThatVeryIdentity() {
        AtomicLong now = new AtomicLong(Long.MAX_VALUE - 5);
        CheckedVolumes checked = new CheckedVolumes(now::get, list("checks"));
        KeyRecord key = key(GENUINE);
        assertThat(checked.holds(key)).isFalse();
        checked.passed(key);
        now.addAndGet(CheckedVolumes.HOLDS.toNanos());
        assertThat(checked.holds(key)).isTrue();
        assertThat(checked.holds(key(PLANTED))).isFalse();
        now.incrementAndGet();
        assertThat(checked.holds(key)).isFalse();
    }

    private RuntimeList list(String name) {
        return new RuntimeList(world.record(name), "boot-1");
    }

    @Test
    void aDaemonThatIsStartedAgainKnowsChecksAndAlarmsOfThisBoot() throws Exception {
        check(GENUINE);
        assertThat(World.refusal(() -> world.call(CheckVolume.METHOD, Orders.checkVolume("data", PLANTED)))
                        .kind())
                .isEqualTo(ErrorKind.UNEXPECTED_VOLUME);
        check(GENUINE);
        world.restart();
        volumeKeys = world.volumeKeys();
        assertTaken();
        assertThat(world.call(Status.METHOD, Orders.status()).alarms()).hasSize(1);

        assertThat(World.refusal(() -> check(PLANTED)).kind()).isEqualTo(ErrorKind.UNEXPECTED_VOLUME);
        world.restart();
        volumeKeys = world.volumeKeys();
        assertThat(World.refusal(() -> volumeKeys.take("data").close()).kind()).isEqualTo(ErrorKind.VOLUME_UNCHECKED);

        check(GENUINE);
        world.reboot();
        volumeKeys = world.volumeKeys();
        assertThat(World.refusal(() -> volumeKeys.take("data").close()).kind()).isEqualTo(ErrorKind.VOLUME_UNCHECKED);
        assertThat(world.call(Status.METHOD, Orders.status()).alarms()).isEmpty();
    }

    @Test
    void aListOfAnotherBootOrOneThatIsNotUnderstoodIsEmpty() throws Exception {
        list("checks").write(List.of(Map.of("name", "data")));
        assertThat(list("checks").read()).hasSize(1);
        assertThat(new RuntimeList(world.record("checks"), "boot-2").read()).isEmpty();
        Files.writeString(world.runtimeDirectory().resolve("checks"), "{");
        assertThat(list("checks").read()).isEmpty();
    }

    private VaultOutcome unlockedWhileTheBootEnds(boolean doorIsClosedNow) throws Exception {
        lock();
        GatedTpm.Gate gate = world.gatedTpm.holdNextUnseal();
        CompletableFuture<VaultOutcome> unlock = CompletableFuture.supplyAsync(
                () -> world.call(Unlock.METHOD, Orders.unlock("disks")).vaults().get(0));
        gate.awaitReached();
        assertThat(world.call(CloseDoor.METHOD, new CloseDoor.Request()).extended())
                .isEqualTo(doorIsClosedNow);
        gate.open();
        return unlock.get(30, TimeUnit.SECONDS);
    }

    @Test
    void whatIsDeliveredWhileTheDoorIsClosedLeavesAtOnce() throws Exception {
        assertThat(unlockedWhileTheBootEnds(true).keys()).singleElement().satisfies(key -> {
            assertThat(key.result()).isEqualTo(KeyResult.REMOVED);
            assertThat(key.reason())
                    .contains("vault 'disks' was shut at the end of boot and opens again at the next one");
            assertThat(key.hint()).contains("tpm-keyring recover disks");
        });
        assertThat(world.states()).containsEntry("data", KeyState.LOCKED);
    }

    @Test
    void withoutADoorItLeavesAtTheEndOfBootAllTheSame() throws Exception {
        world.restartWithDoor(Optional.empty());
        assertThat(unlockedWhileTheBootEnds(false).keys()).singleElement().satisfies(key -> {
            assertThat(key.result()).isEqualTo(KeyResult.REMOVED);
            assertThat(key.hint()).contains("tpm-keyring unlock disks");
        });
        assertThat(world.states()).containsEntry("data", KeyState.LOCKED);
    }

    @Test
    void whatIsNotForBootStaysWhenTheDoorIsClosedMeanwhile() throws Exception {
        world.add(Orders.key("tape").opening(UUID, PLANTED).in("archive").when(When.MANUAL));
        assertThat(world.call(Lock.METHOD, Orders.lock("archive")).vaults()).hasSize(1);
        GatedTpm.Gate gate = world.gatedTpm.holdNextUnseal();
        CompletableFuture<VaultOutcome> unlock = CompletableFuture.supplyAsync(() ->
                world.call(Unlock.METHOD, Orders.unlock("archive")).vaults().get(0));
        gate.awaitReached();
        assertThat(world.call(CloseDoor.METHOD, new CloseDoor.Request()).extended())
                .isTrue();

        gate.open();

        assertThat(unlock.get(30, TimeUnit.SECONDS).keys())
                .singleElement()
                .satisfies(key -> assertThat(key.result()).isEqualTo(KeyResult.DELIVERED));
        assertThat(world.states()).containsEntry("tape", KeyState.DELIVERED);
    }

    private static KeyRecord key(String identity) {
        return new KeyRecord(new KeyName("data"), TargetType.LUKS, Map.of("identity", identity, "uuid", UUID), 64, 0);
    }

    @Test
    void alarmsAreBounded() {
        Alarms alarms = new Alarms(java.time.InstantSource.fixed(World.NOW), world.told::add, list("alarms"));
        for (int i = 0; i < 100; i++) {
            alarms.raise("data", "text " + i);
        }
        assertThat(alarms.all()).hasSize(32);
        assertThat(world.told).hasSize(100).allMatch(event -> event.kind() == AuditKind.ALARM);
        assertThat(alarms.all().get(31).text()).isEqualTo("text 99");
        assertThat(Optional.of(alarms.all().get(0).text())).contains("text 68");
    }
}
