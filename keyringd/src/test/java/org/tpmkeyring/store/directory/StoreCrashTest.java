// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.store.directory;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.tpmkeyring.protocol.value.Bytes;
import org.tpmkeyring.store.StoreException;
import org.tpmkeyring.store.StoredVault;
import org.tpmkeyring.store.VaultId;
import org.tpmkeyring.store.directory.binding.FileCalls;

/** Every point at which a process can die or the power can go, in every operation that changes something. */
final class StoreCrashTest {
    private static final long OWNER = 1000;
    private static final VaultId ID = new VaultId("0123456789abcdef0123456789abcdef");
    private static final String STATE = "state";
    private static final String FIRST = "first";
    private static final String SECOND = "second, longer than the first";
    private static final String THIRD = "third";

    @TempDir
    private Path folder;

    /** What is done, and the states before and after it; an empty text is no vault. */
    enum Change {
        CREATE(0, "", FIRST) {
            @Override
            void make(DirectoryVaultStore store) throws StoreException {
                store.create(OWNER, ID, body(FIRST));
            }
        },
        REPLACE(2, SECOND, THIRD) {
            @Override
            void make(DirectoryVaultStore store) throws StoreException {
                store.replace(OWNER, ID, 2, body(THIRD));
            }
        },
        DELETE(2, SECOND, "") {
            @Override
            void make(DirectoryVaultStore store) throws StoreException {
                store.delete(OWNER, ID);
            }
        },
        RESTORE(2, SECOND, FIRST) {
            @Override
            void make(DirectoryVaultStore store) throws StoreException {
                store.restorePrevious(OWNER, ID);
            }
        };

        private final int generationsBefore;
        private final String before;
        private final String after;

        Change(int generationsBefore, String before, String after) {
            this.generationsBefore = generationsBefore;
            this.before = before;
            this.after = after;
        }

        Optional<Bytes> before() {
            return Optional.of(before).filter(text -> !text.isEmpty()).map(StoreCrashTest::body);
        }

        Optional<Bytes> after() {
            return Optional.of(after).filter(text -> !text.isEmpty()).map(StoreCrashTest::body);
        }

        abstract void make(DirectoryVaultStore store) throws StoreException;

        void prepare(DirectoryVaultStore store) throws StoreException {
            if (generationsBefore > 0) {
                store.create(OWNER, ID, body(FIRST));
            }
            if (generationsBefore > 1) {
                store.replace(OWNER, ID, 1, body(SECOND));
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void aPowerCutLeavesTheOldOrTheNewState(Change change) throws StoreException {
        List<Optional<Bytes>> found = powerCutAtEveryPoint(change, true);
        assertThat(found).contains(change.before(), change.after()).hasSizeGreaterThan(10);
    }

    /** Shows that the test above would notice a missing fsync. */
    @Test
    void aDiskThatDoesNotSyncLosesVaults() {
        assertThatThrownBy(() -> powerCutAtEveryPoint(Change.REPLACE, false)).isInstanceOf(AssertionError.class);
    }

    private static List<Optional<Bytes>> powerCutAtEveryPoint(Change change, boolean syncs) throws StoreException {
        List<Optional<Bytes>> found = new ArrayList<>();
        boolean crashed = true;
        for (int point = 0; crashed; point++) {
            VolatileDisk disk = new VolatileDisk(syncs);
            CrashingOperations operations = new CrashingOperations(disk, true);
            crashed = crash(operations, STATE, change, point);
            for (VolatileDisk survivor : disk.powerCuts()) {
                found.add(checkState(survivor, STATE, change, crashed, point));
            }
        }
        return found;
    }

    @ParameterizedTest
    @EnumSource
    void aKilledProcessLeavesTheOldOrTheNewStateOnARealDisk(Change change) throws StoreException {
        List<Optional<Bytes>> found = new ArrayList<>();
        boolean crashed = true;
        for (int point = 0; crashed; point++) {
            for (boolean halfWrites : new boolean[] {false, true}) {
                String path = folder.resolve(change + "-" + point + halfWrites).toString();
                crashed = crash(new CrashingOperations(new LinuxFileOperations(), halfWrites), path, change, point);
                found.add(checkState(new LinuxFileOperations(), path, change, crashed, point));
            }
        }
        assertThat(found).contains(change.before(), change.after()).hasSizeGreaterThan(10);
    }

    /** A damaged vault has one sound copy, the previous generation; it survives its own restoring. */
    @Test
    void restoringADamagedVaultNeverLosesTheSoundCopy() throws StoreException {
        boolean crashed = true;
        for (int point = 0; crashed; point++) {
            VolatileDisk disk = new VolatileDisk(true);
            CrashingOperations operations = new CrashingOperations(disk, true);
            DirectoryVaultStore store = open(operations, STATE, disk);
            Change.RESTORE.prepare(store);
            disk.damage(STATE, FileNames.VAULTS, String.valueOf(OWNER), FileNames.current(ID));
            crashed = crashIn(operations, store, Change.RESTORE, point);
            for (VolatileDisk survivor : disk.powerCuts()) {
                try (DirectoryVaultStore reopened = open(survivor, STATE, survivor)) {
                    StoredVault restored =
                            isSound(reopened) ? reopened.read(OWNER, ID) : reopened.restorePrevious(OWNER, ID);
                    assertThat(restored.body()).isEqualTo(body(FIRST));
                    assertThat(restored.generation()).isEqualTo(3);
                }
            }
        }
    }

    private static boolean isSound(DirectoryVaultStore store) throws StoreException {
        try {
            return store.read(OWNER, ID).generation() > 0;
        } catch (StoreException.Damaged e) {
            return false;
        }
    }

    /** Whether the change was cut short. */
    private static boolean crash(CrashingOperations operations, String path, Change change, int point)
            throws StoreException {
        DirectoryVaultStore store = open(operations, path, operations);
        change.prepare(store);
        return crashIn(operations, store, change, point);
    }

    private static boolean crashIn(CrashingOperations operations, DirectoryVaultStore store, Change change, int point)
            throws StoreException {
        operations.crashAfter(point);
        try {
            change.make(store);
        } catch (SimulatedCrash e) {
            assertThat(operations.crashed()).isTrue();
        }
        store.close();
        return operations.crashed();
    }

    private static DirectoryVaultStore open(FileOperations operations, String path, FileOperations kind)
            throws StoreException {
        long uid = kind instanceof VolatileDisk || !path.startsWith("/") ? 0 : FileCalls.effectiveUid();
        return DirectoryVaultStore.open(path, operations, new Trust(uid));
    }

    private static Optional<Bytes> checkState(
            FileOperations disk, String path, Change change, boolean crashed, int point) throws StoreException {
        try (DirectoryVaultStore store = open(disk, path, disk)) {
            Optional<Bytes> found = store.list(OWNER).isEmpty()
                    ? Optional.empty()
                    : Optional.of(store.read(OWNER, ID).body());
            if (crashed) {
                assertThat(found).as("crash before operation %d", point).isIn(change.before(), change.after());
            } else {
                assertThat(found).as("done").isEqualTo(change.after());
            }
            assertPreviousIsEarlier(store, found);
            assertUsable(store, found);
            return found;
        }
    }

    private static void assertPreviousIsEarlier(DirectoryVaultStore store, Optional<Bytes> found)
            throws StoreException {
        Optional<StoredVault> previous = store.readPrevious(OWNER, ID);
        if (found.isEmpty()) {
            assertThat(previous).isEmpty();
        } else if (previous.isPresent()) {
            assertThat(previous.get().generation())
                    .isLessThan(store.read(OWNER, ID).generation());
        }
    }

    private static void assertUsable(DirectoryVaultStore store, Optional<Bytes> found) throws StoreException {
        Bytes next = body("after the crash");
        if (found.isEmpty()) {
            store.create(OWNER, ID, next);
        } else {
            long generation = store.read(OWNER, ID).generation();
            store.replace(OWNER, ID, generation, next);
            assertThat(store.read(OWNER, ID)).isEqualTo(new StoredVault(generation + 1, next));
            assertThat(store.readPrevious(OWNER, ID)).contains(new StoredVault(generation, found.get()));
        }
        store.delete(OWNER, ID);
        assertThat(store.list(OWNER)).isEmpty();
        assertThat(store.owners()).isEmpty();
    }

    private static Bytes body(String text) {
        return Bytes.copyOf(text.getBytes(US_ASCII));
    }
}
