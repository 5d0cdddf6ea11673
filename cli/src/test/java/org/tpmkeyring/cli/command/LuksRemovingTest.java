// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.tpmkeyring.cli.testing.CommandRun;
import org.tpmkeyring.cli.testing.Samples;
import org.tpmkeyring.protocol.api.KeyResult;
import org.tpmkeyring.protocol.api.VaultDoor;
import org.tpmkeyring.protocol.value.TargetType;

/** What is asked of keyringd, and in which order, before a key of a volume is destroyed. The door is closed. */
class LuksRemovingTest extends LuksRemovingMachine {
    @Test
    void aRecoveryKeyIsReadOnceAndOpensTheVaultForTheTrialAndForTheRemoval() throws Exception {
        CommandRun removed = command()
                .input(Files.readAllBytes(recoveryKey()))
                .run("remove", "data", "--yes", "--unlock-key-file", "-");
        assertThat(removed.status()).as(removed.err()).isZero();
        assertThat(calls()).containsSubsequence("Unlock", "Recover", "RemoveKey");
        assertThat(wanted).hasSize(2).doesNotContain("");
        assertThat(wanted.get(0)).isEqualTo(wanted.get(1));
        assertThat(volume.calls()).contains("luksKillSlot " + volume.image() + " 1");
        assertThat(Files.readString(crypttab)).isEqualTo("data UUID=1 none luks\n");
        assertThat(removed.err()).contains("hint: tpm-keyring close");
    }

    /** Locking a vault that was open takes away the keys that somebody uses; the TPM may not bring them back. */
    @Test
    void nobodyIsTemptedToLockAVaultWhoseOtherKeysAreInUse() throws Exception {
        door = VaultDoor.OPEN;
        String recovery = "--unlock-key-file=" + recoveryKey();
        CommandRun alone = run("remove", "data", "--yes", recovery);
        assertThat(alone.status()).as(alone.err()).isZero();
        assertThat(alone.err()).contains("hint: tpm-keyring lock default");

        volume.slots(0, 1);
        inUse = List.of(Samples.outcome("home", TargetType.ECRYPTFS, KeyResult.IN_PLACE));
        CommandRun beside = run("remove", "data", "--yes", recovery);
        assertThat(beside.status()).as(beside.err()).isZero();
        assertThat(beside.err()).contains("its other keys stay in the kernel").doesNotContain("tpm-keyring lock");
    }

    @Test
    void withoutARecoveryKeyNothingIsDestroyed() throws Exception {
        assertThat(run("remove", "data", "--yes").status()).isEqualTo(10);
        CommandRun refused = removeVault();
        assertThat(refused.status()).isEqualTo(10);
        assertThat(refused.err()).contains("tpm-keyring vault remove default --with-keys --leave-volume");
        assertThat(calls()).doesNotContain("RemoveKey", "RemoveVault");
        assertThat(volume.calls()).doesNotContain("luksKillSlot");
    }

    @Test
    void aVaultWithTheOnlyKeyOfAVolumeIsKept() throws Exception {
        volume.opened("0|1");
        CommandRun refused = removeVaultWithRecoveryKey();
        assertThat(refused.status()).isEqualTo(10);
        assertThat(refused.err()).contains("hint: tpm-keyring show data --secret");
        assertThat(calls()).contains("Recover").doesNotContain("RemoveVault");
        assertThat(Files.readString(crypttab)).contains("cryptsetup luks");
    }

    @Test
    void systemdIsToldOfTheLineThatTurnedBack() throws Exception {
        volume.systemd(directory.resolve("root"));
        CommandRun removed = run(
                "remove", "data", "--yes", "--unlock-key-file", recoveryKey().toString());
        assertThat(removed.status()).as(removed.err()).isZero();
        assertThat(volume.calls()).endsWith("daemon-reload\n");
    }

    @Test
    void aVaultTakesKeyslotsAndLinesWithIt() throws Exception {
        CommandRun removed = removeVaultWithRecoveryKey();
        assertThat(removed.status()).as(removed.err()).isZero();
        assertThat(calls()).containsSubsequence("Recover", "RemoveVault");
        assertThat(volume.calls()).contains("luksKillSlot " + volume.image() + " 1");
        assertThat(Files.readString(crypttab)).isEqualTo("data UUID=1 none luks\n");
    }

    @Test
    void aVolumeThatIsGivenUpIsNotTouched() throws Exception {
        CommandRun removed = removeVault("--leave-volume");
        assertThat(removed.status()).as(removed.err()).isZero();
        assertThat(removed.err()).contains("with a keyslot for a key that is lost");
        assertThat(calls()).doesNotContain("Unlock", "Recover");
        assertThat(volume.calls()).isEmpty();
    }

    @Test
    void whatIsLostIsSaidBeforeAnybodyIsAsked() {
        CommandRun asked = command();
        asked.terminal().typing("n");
        assertThat(asked.run("remove", "data", "--leave-volume").status()).isEqualTo(1);
        assertThat(asked.terminal().seen())
                .contains("destroyed and lost for its volume")
                .contains("never opens it again");
        assertThat(calls()).doesNotContain("RemoveKey");
    }

    @Test
    void aDamagedVaultIsKeptWhileALineWaitsForAKeyOfWhichNothingIsKnown() {
        damaged = true;
        CommandRun refused = run("vault", "remove", "0f3a91c27bd44e5c8d1e6f7a8b9c0d1e", "--with-keys", "--yes");
        assertThat(refused.status()).isEqualTo(10);
        assertThat(refused.err()).contains("volume 'data'").contains("hint: tpm-keyring vault restore 0f3a91c2");
        assertThat(run("vault", "remove", "0f3a91c27bd44e5c8d1e6f7a8b9c0d1e", "--with-keys", "--yes", "--leave-volume")
                        .status())
                .isZero();
    }

    @Test
    void ofAnOpenVolumeTheTokenIsBelieved() throws Exception {
        open = true;
        volume.token(1, "data");
        CommandRun removed = removeVault();
        assertThat(removed.status()).as(removed.err()).isZero();
        assertThat(removed.err()).contains("volume 'data' stays open", "hint: cryptsetup close data");
        assertThat(calls()).contains("Unlock", "RemoveVault").doesNotContain("Recover");
        assertThat(volume.calls())
                .contains("token remove --token-id 0 " + volume.image())
                .contains("luksKillSlot " + volume.image() + " 1");
    }

    @Test
    void ofAnOpenVolumeTheKeyIsTriedWhereARecoveryKeyIsGiven() throws Exception {
        open = true;
        volume.slots(0, 1, 2).token(0, "data");
        CommandRun removed = removeVaultWithRecoveryKey();
        assertThat(removed.status()).as(removed.err()).isZero();
        assertThat(calls()).containsSubsequence("Unlock", "Recover", "RemoveVault");
        assertThat(volume.calls())
                .contains("luksKillSlot " + volume.image() + " 1")
                .doesNotContain("luksKillSlot " + volume.image() + " 0");
    }

    @Test
    void anOpenVolumeWithoutATokenKeepsItsKeyUntilItIsTried() throws Exception {
        open = true;
        CommandRun refused = run("remove", "data", "--yes");
        assertThat(refused.status()).isEqualTo(10);
        assertThat(refused.err())
                .contains("the volume is open and its key has left root's keyring")
                .contains("hint: the same command with --unlock-key-file FILE, or after: cryptsetup close data, or")
                .contains("tpm-keyring remove data --leave-volume");
        assertThat(calls()).doesNotContain("Recover", "RemoveKey");
        assertThat(removeVaultWithRecoveryKey().status()).isZero();
        assertThat(volume.calls()).contains("luksKillSlot " + volume.image() + " 1");
    }

    @Test
    void atATerminalOneWithoutATokenAsksForTheRecoveryKey() {
        open = true;
        CommandRun asked = command();
        asked.terminal().typing(RECOVERY_KEY).typing("y");
        assertThat(asked.run("remove", "data").status()).as(asked.err()).isZero();
        assertThat(asked.err()).contains("key 'data' has to be tried on its volume: the volume is open");
        assertThat(calls()).containsSubsequence("Unlock", "Recover", "RemoveKey");
    }

    @Test
    void twoKeysOfOneVolumeAreNoOtherWayInForEachOther() throws Exception {
        open = true;
        keys = List.of("data", "more");
        volume.slots(1, 2).token(1, "data").token(2, "more");
        CommandRun refused = removeVault();
        assertThat(refused.status()).isEqualTo(10);
        assertThat(refused.err()).contains("is of a key that goes with it");
        assertThat(calls()).doesNotContain("RemoveVault");
        assertThat(volume.calls()).doesNotContain("luksKillSlot");
    }

    @Test
    void aTableThatCannotBeChangedDoesNotKeepTheOtherVolumesFromBeingCleared() throws Exception {
        open = true;
        keys = List.of("data", "more");
        volume.slots(0, 1, 2).token(1, "data").token(2, "more");
        Files.delete(crypttab);
        Files.createDirectory(crypttab);
        CommandRun removed = removeVault();
        assertThat(removed.status()).isEqualTo(1);
        assertThat(removed.err()).contains("crypttab cannot be read").contains("hint: ls -l " + crypttab);
        assertThat(volume.calls())
                .contains("luksKillSlot " + volume.image() + " 1")
                .contains("luksKillSlot " + volume.image() + " 2");
    }

    @Test
    void aVolumeThatChangesWhileAPersonThinksKeepsItsKey() throws Exception {
        CommandRun asked = command();
        asked.terminal().typing(RECOVERY_KEY).typing("y").meanwhile(() -> volume.slots(1));
        assertThat(asked.run("remove", "data").status()).isEqualTo(10);
        assertThat(asked.err()).contains("have changed meanwhile").contains("hint: the same command once more");
        assertThat(calls()).doesNotContain("RemoveKey");
    }

    @Test
    void itIsLookedAtAgainAfterTheRecoveryKeyWasTypedAsWell() throws Exception {
        open = true;
        volume.token(1, "data");
        CommandRun asked = command();
        asked.terminal().typing("y").typing(RECOVERY_KEY).meanwhile(() -> volume.slots(1));
        assertThat(asked.run("remove", "data").status()).isEqualTo(10);
        assertThat(asked.err()).contains("have changed meanwhile");
        assertThat(wanted).as("what keyringd is told at most: none").allMatch(String::isEmpty);
    }

    @Test
    void theAnswerToAQuestionNobodyCanBeAskedKeepsWhatWasTyped() {
        for (String command : List.of("remove data --leave-volume", "vault remove default --with-keys")) {
            CommandRun refused = run(command.split(" "));
            assertThat(refused.status()).isEqualTo(2);
            assertThat(refused.err()).contains("hint: the same command with --yes\n");
        }
    }
}
