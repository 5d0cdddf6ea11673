// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.store.directory;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tpmkeyring.protocol.value.Bytes;
import org.tpmkeyring.store.StoreException;
import org.tpmkeyring.store.StoredVault;
import org.tpmkeyring.store.VaultId;

@Timeout(30)
final class DirectoryVaultStoreTest {
    private static final VaultId ID = new VaultId("0123456789abcdef0123456789abcdef");
    private static final VaultId OTHER = new VaultId("ffffffffffffffffffffffffffffffff");
    private static final Bytes FIRST = body("first");
    private static final Bytes SECOND = body("second");

    @TempDir
    private Path folder;

    private Path state;
    private DirectoryVaultStore store;

    @BeforeEach
    void open() throws StoreException {
        state = folder.resolve("state");
        store = DirectoryVaultStore.open(state);
    }

    @AfterEach
    void close() {
        store.close();
    }

    private Path file(String name) {
        return state.resolve("vaults/7").resolve(name);
    }

    private Path current() {
        return file(ID + ".vault");
    }

    @Nested
    final class Kept {
        @Test
        void countsGenerationsFromOne() throws StoreException {
            store.create(7, ID, FIRST);
            assertThat(store.read(7, ID)).isEqualTo(new StoredVault(1, FIRST));
            assertThat(store.readPrevious(7, ID)).isEmpty();
            store.replace(7, ID, 1, SECOND);
            assertThat(store.read(7, ID)).isEqualTo(new StoredVault(2, SECOND));
            assertThat(store.readPrevious(7, ID)).contains(new StoredVault(1, FIRST));
        }

        @Test
        void survivesAnotherOpening() throws StoreException {
            store.create(7, ID, FIRST);
            store.close();
            store = DirectoryVaultStore.open(state);
            assertThat(store.read(7, ID)).isEqualTo(new StoredVault(1, FIRST));
        }

        @Test
        void isListedByOwner() throws StoreException {
            assertThat(store.owners()).isEmpty();
            assertThat(store.list(7)).isEmpty();
            store.create(7, OTHER, FIRST);
            store.create(7, ID, FIRST);
            store.create(4_294_967_294L, ID, SECOND);
            assertThat(store.owners()).containsExactly(7L, 4_294_967_294L);
            assertThat(store.list(7)).containsExactly(ID, OTHER);
            assertThat(store.read(4_294_967_294L, ID).body()).isEqualTo(SECOND);
        }

        @Test
        void isForItsOwnerAlone() throws IOException, StoreException {
            store.create(7, ID, FIRST);
            store.replace(7, ID, 1, SECOND);
            for (Path directory : List.of(state, state.resolve("vaults"), state.resolve("vaults/7"))) {
                assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory)))
                        .isEqualTo("rwx------");
            }
            for (Path path : List.of(state.resolve("lock"), current(), file(ID + ".vault.previous"))) {
                assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                        .isEqualTo("rw-------");
                assertThat(Files.getAttribute(path, "unix:nlink")).isEqualTo(1);
            }
        }

        @Test
        void isGoneAfterDeletion() throws IOException, StoreException {
            store.create(7, ID, FIRST);
            store.replace(7, ID, 1, SECOND);
            store.delete(7, ID);
            assertThat(store.owners()).isEmpty();
            try (var names = Files.list(state.resolve("vaults/7"))) {
                assertThat(names).isEmpty();
            }
            assertThatThrownBy(() -> store.read(7, ID)).isInstanceOf(StoreException.Missing.class);
            assertThatThrownBy(() -> store.delete(7, ID)).isInstanceOf(StoreException.Missing.class);
        }
    }

    @Nested
    final class Conflicts {
        @Test
        void aReplacementMadeFromAnotherGenerationIsRefused() throws StoreException {
            store.create(7, ID, FIRST);
            store.replace(7, ID, 1, SECOND);
            assertThatThrownBy(() -> store.replace(7, ID, 1, FIRST)).isInstanceOf(StoreException.Conflict.class);
            assertThatThrownBy(() -> store.replace(7, ID, 3, FIRST)).isInstanceOf(StoreException.Conflict.class);
            assertThat(store.read(7, ID)).isEqualTo(new StoredVault(2, SECOND));
        }

        @Test
        void aVaultIsCreatedOnce() throws StoreException {
            store.create(7, ID, FIRST);
            assertThatThrownBy(() -> store.create(7, ID, SECOND)).isInstanceOf(StoreException.Conflict.class);
            assertThat(store.read(7, ID).body()).isEqualTo(FIRST);
        }

        @Test
        void whatIsNotThereIsNotReplaced() {
            assertThatThrownBy(() -> store.replace(7, ID, 1, FIRST)).isInstanceOf(StoreException.Missing.class);
        }

        @Test
        void aSecondStoreIsRefusedUntilTheFirstIsClosed() throws StoreException {
            assertThatThrownBy(() -> DirectoryVaultStore.open(state))
                    .isInstanceOf(StoreException.InUse.class)
                    .hasMessageContaining("another keyringd");
            store.close();
            store = DirectoryVaultStore.open(state);
        }

        @Test
        void aClosedStoreIsOfNoUse() {
            store.close();
            store.close();
            assertThatThrownBy(() -> store.list(7)).isInstanceOf(IllegalStateException.class);
        }
    }

    @Nested
    final class Restored {
        @BeforeEach
        void makeTwoGenerations() throws StoreException {
            store.create(7, ID, FIRST);
            store.replace(7, ID, 1, SECOND);
        }

        @Test
        void aSoundVaultIsRestoredUnderAHigherNumberAndBackAgain() throws StoreException {
            assertThat(store.restorePrevious(7, ID)).isEqualTo(new StoredVault(3, FIRST));
            assertThat(store.readPrevious(7, ID)).contains(new StoredVault(2, SECOND));
            assertThat(store.restorePrevious(7, ID)).isEqualTo(new StoredVault(4, SECOND));
        }

        @Test
        void aDamagedVaultIsRestoredAndPutAside() throws IOException, StoreException {
            byte[] damaged = Files.readAllBytes(current());
            damaged[damaged.length - 1] ^= 1;
            Files.write(current(), damaged);
            assertThat(store.restorePrevious(7, ID)).isEqualTo(new StoredVault(3, FIRST));
            assertThat(store.read(7, ID)).isEqualTo(new StoredVault(3, FIRST));
            assertThat(file(ID + ".vault.damaged")).hasBinaryContent(damaged);
            store.replace(7, ID, 3, SECOND);
            assertThat(store.restorePrevious(7, ID)).isEqualTo(new StoredVault(5, FIRST));
        }

        @ParameterizedTest
        @CsvSource({"6, 7", "2, 3", "1, 3", "999999999999999, 3"})
        void theNewNumberIsHigherThanOneThatADamagedFileClaimsWithReason(long claimed, long expected)
                throws IOException, StoreException {
            byte[] damaged = VaultFileFormat.encode(claimed, SECOND);
            damaged[damaged.length - 1] ^= 1;
            Files.write(current(), damaged);
            assertThat(store.restorePrevious(7, ID).generation()).isEqualTo(expected);
        }

        @Test
        void aLostVaultIsListedAndRestored() throws IOException, StoreException {
            Files.delete(current());
            assertThat(store.list(7)).containsExactly(ID);
            assertThatThrownBy(() -> store.read(7, ID)).isInstanceOf(StoreException.Missing.class);
            assertThat(store.restorePrevious(7, ID)).isEqualTo(new StoredVault(2, FIRST));
        }

        @Test
        void aVaultOfALaterProgramStaysInForceAndIsNotDeleted() throws IOException, StoreException {
            byte[] later = "tpm-keyring-vault 2 whatever\nwill be".getBytes(US_ASCII);
            Files.write(current(), later);
            assertThatThrownBy(() -> store.read(7, ID)).isInstanceOf(StoreException.TooNew.class);
            assertThatThrownBy(() -> store.restorePrevious(7, ID)).isInstanceOf(StoreException.TooNew.class);
            assertThatThrownBy(() -> store.delete(7, ID)).isInstanceOf(StoreException.TooNew.class);
            assertThatThrownBy(() -> store.replace(7, ID, 2, FIRST)).isInstanceOf(StoreException.TooNew.class);
            assertThat(current()).hasBinaryContent(later);
            assertThat(store.readPrevious(7, ID)).contains(new StoredVault(1, FIRST));
        }

        @Test
        void withoutAPreviousGenerationThereIsNothingToRestore() throws StoreException {
            store.create(7, OTHER, FIRST);
            assertThatThrownBy(() -> store.restorePrevious(7, OTHER)).isInstanceOf(StoreException.Missing.class);
            assertThat(store.read(7, OTHER).body()).isEqualTo(FIRST);
        }
    }

    @Nested
    final class NotTrusted {
        @BeforeEach
        void makeAVault() throws StoreException {
            store.create(7, ID, FIRST);
        }

        private void assertUnsafe(String reason) {
            assertThatThrownBy(() -> store.read(7, ID))
                    .isInstanceOf(StoreException.Unsafe.class)
                    .hasMessageContaining(reason)
                    .satisfies(e -> assertThat(((StoreException) e).path())
                            .isEqualTo(current().toString()));
            assertThatThrownBy(() -> store.replace(7, ID, 1, SECOND)).isInstanceOf(StoreException.Unsafe.class);
        }

        @ParameterizedTest
        @ValueSource(strings = {"rw-r-----", "rw-rw-rw-", "rwx------", "r--------"})
        void aFileOfAnotherMode(String mode) throws IOException {
            Files.setPosixFilePermissions(current(), PosixFilePermissions.fromString(mode));
            assertUnsafe("instead of 0600");
        }

        @Test
        void aSymbolicLinkEvenToAGoodVault() throws IOException {
            Path elsewhere = folder.resolve("elsewhere");
            Files.move(current(), elsewhere);
            Files.createSymbolicLink(current(), elsewhere);
            assertUnsafe("symbolic link");
        }

        @Test
        void aHardLink() throws IOException {
            Files.createLink(folder.resolve("elsewhere"), current());
            assertUnsafe("2 names");
        }

        @Test
        void aFifoWithoutWaitingForItsOtherEnd() throws IOException, InterruptedException {
            Files.delete(current());
            run("mkfifo", "-m", "600", current().toString());
            assertUnsafe("FIFO");
        }

        @Test
        void aDirectory() throws IOException {
            Files.delete(current());
            Files.createDirectory(current());
            assertUnsafe("a directory");
        }

        @Test
        void aSocket() throws IOException {
            Files.delete(current());
            try (var server = java.nio.channels.ServerSocketChannel.open(java.net.StandardProtocolFamily.UNIX)) {
                server.bind(java.net.UnixDomainSocketAddress.of(current()));
                assertUnsafe("socket");
            }
        }

        @Test
        void aFileOfTwoMebibytes() throws IOException {
            Files.write(current(), new byte[2 << 20]);
            assertUnsafe("it has 2097152 bytes, the limit is 1048576");
        }

        @Test
        void anOwnersDirectoryOfAnotherModeWhichIsNamedAndHidesNobodyElse() throws IOException, StoreException {
            store.create(8, ID, SECOND);
            Files.setPosixFilePermissions(state.resolve("vaults/7"), PosixFilePermissions.fromString("rwxr-xr-x"));
            assertThat(store.owners()).containsExactly(7L, 8L);
            assertThatThrownBy(() -> store.list(7))
                    .isInstanceOf(StoreException.Unsafe.class)
                    .hasMessage("it has mode 0755 instead of 0700");
            assertThat(store.read(8, ID).body()).isEqualTo(SECOND);
        }

        @Test
        void anOwnersDirectoryThatIsASymbolicLink() throws IOException {
            Files.move(state.resolve("vaults/7"), folder.resolve("elsewhere"));
            Files.createSymbolicLink(state.resolve("vaults/7"), folder.resolve("elsewhere"));
            assertUnsafeDirectory(7);
        }

        private void assertUnsafeDirectory(long owner) {
            assertThatThrownBy(() -> store.list(owner)).isInstanceOf(StoreException.Unsafe.class);
            assertThatThrownBy(() -> store.create(owner, OTHER, FIRST)).isInstanceOf(StoreException.Unsafe.class);
        }

        @Test
        void aStateDirectoryThatOthersCanRead() throws IOException {
            store.close();
            Files.setPosixFilePermissions(state, PosixFilePermissions.fromString("rwxr-x---"));
            assertThatThrownBy(() -> DirectoryVaultStore.open(state))
                    .isInstanceOf(StoreException.Unsafe.class)
                    .hasMessage("it has mode 0750 instead of 0700");
        }

        @Test
        void aStateDirectoryThatIsASymbolicLink() throws IOException {
            Path link = Files.createSymbolicLink(folder.resolve("link"), state);
            store.close();
            assertThatThrownBy(() -> DirectoryVaultStore.open(link)).isInstanceOf(StoreException.Unsafe.class);
        }

        @Test
        void aLockThatIsASymbolicLink() throws IOException {
            store.close();
            Files.delete(state.resolve("lock"));
            Files.createSymbolicLink(state.resolve("lock"), folder.resolve("target"));
            assertThatThrownBy(() -> DirectoryVaultStore.open(state)).isInstanceOf(StoreException.Unsafe.class);
            assertThat(folder.resolve("target")).doesNotExist();
        }
    }

    @Nested
    final class NotWhole {
        @Test
        void everyFlippedBitIsRefused() throws IOException, StoreException {
            store.create(7, ID, FIRST);
            byte[] file = Files.readAllBytes(current());
            for (int bit = 0; bit < 8 * file.length; bit++) {
                byte[] flipped = file.clone();
                flipped[bit / 8] ^= (byte) (1 << bit % 8);
                Files.write(current(), flipped);
                assertThatThrownBy(() -> store.read(7, ID))
                        .isInstanceOfAny(StoreException.Damaged.class, StoreException.TooNew.class);
            }
        }

        @Test
        void halfAFileIsRefusedAndNotReplaced() throws IOException, StoreException {
            store.create(7, ID, FIRST);
            byte[] file = Files.readAllBytes(current());
            Files.write(current(), java.util.Arrays.copyOf(file, file.length - 2));
            assertThatThrownBy(() -> store.read(7, ID))
                    .isInstanceOf(StoreException.Damaged.class)
                    .hasMessage("it has 3 bytes after the first line instead of 5");
            assertThatThrownBy(() -> store.replace(7, ID, 1, SECOND)).isInstanceOf(StoreException.Damaged.class);
            store.delete(7, ID);
            assertThat(store.list(7)).isEmpty();
        }

        @Test
        void aVaultTooLargeIsNotWritten() throws StoreException {
            store.create(7, ID, FIRST);
            assertThatThrownBy(() -> store.replace(7, ID, 1, Bytes.copyOf(new byte[1 << 20])))
                    .isInstanceOf(StoreException.Failed.class)
                    .hasMessageContaining("too large");
            assertThat(store.read(7, ID)).isEqualTo(new StoredVault(1, FIRST));
        }
    }

    @Nested
    final class AtStart {
        @Test
        void leftoversOfACrashGoAndEverythingElseStays() throws IOException, StoreException {
            store.create(7, ID, FIRST);
            store.close();
            Files.createLink(file("." + ID + ".kept"), current());
            Files.write(file("." + OTHER + ".new"), new byte[3]);
            Files.write(file("notes.txt"), new byte[3]);
            Files.createDirectory(state.resolve("vaults/not-a-uid"));
            store = DirectoryVaultStore.open(state);
            assertThat(store.read(7, ID).body()).isEqualTo(FIRST);
            assertThat(store.owners()).containsExactly(7L);
            assertThat(file("." + OTHER + ".new")).doesNotExist();
            assertThat(file("notes.txt")).exists();
        }

        @Test
        void aMissingParentIsToldAsSuch() {
            assertThatThrownBy(() -> DirectoryVaultStore.open(folder.resolve("a/b")))
                    .isInstanceOf(StoreException.Missing.class);
        }
    }

    private static void run(String... command) throws IOException, InterruptedException {
        assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
    }

    private static Bytes body(String text) {
        return Bytes.copyOf(text.getBytes(US_ASCII));
    }
}
