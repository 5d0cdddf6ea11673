// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tpmkeyring.protocol.value.Bytes;

@DisplayName("A directory of vaults")
class DirectoryVaultStoreTest {
    private static final VaultId ID = new VaultId("0123456789abcdef0123456789abcdef");
    private static final long OWNER = 1000;
    private static final Bytes FIRST = text("first");
    private static final Bytes SECOND = text("second");

    @TempDir
    Path temp;

    private Path state;
    private long uid;
    private DirectoryVaultStore store;

    @BeforeEach
    void open() throws Exception {
        uid = Integer.toUnsignedLong((int) Files.getAttribute(temp, "unix:uid"));
        state = temp.resolve("state");
        store = DirectoryVaultStore.open(state, uid);
    }

    @AfterEach
    void close() {
        store.close();
    }

    private static Bytes text(String body) {
        return Bytes.copyOf(body.getBytes(StandardCharsets.UTF_8));
    }

    private Path file() {
        return state.resolve("vaults/1000/" + ID + ".vault");
    }

    private Path damaged() {
        return file().resolveSibling(ID + ".vault.damaged");
    }

    @Test
    @DisplayName("gives back what was put in, with its generation and its owners")
    void roundTrip() throws Exception {
        store.create(OWNER, ID, FIRST);
        assertThat(store.read(OWNER, ID)).isEqualTo(new StoredVault(1, FIRST));
        store.replace(OWNER, ID, 1, SECOND);
        assertThat(store.read(OWNER, ID)).isEqualTo(new StoredVault(2, SECOND));
        assertThat(store.list(OWNER)).containsExactly(ID);
        assertThat(store.list(0)).isEmpty();
        assertThat(store.owners()).containsExactly(OWNER);
    }

    @Test
    @DisplayName("keeps everything to itself: directories 0700, files 0600")
    void modes() throws Exception {
        store.create(OWNER, ID, FIRST);
        for (Path directory : new Path[] {state, state.resolve("vaults"), file().getParent()}) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory)))
                    .isEqualTo("rwx------");
        }
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
                .isEqualTo("rw-------");
    }

    @Test
    @DisplayName("restores the previous generation over a damaged one")
    void restores() throws Exception {
        store.create(OWNER, ID, FIRST);
        store.replace(OWNER, ID, 1, SECOND);
        Files.write(file(), new byte[] {1, 2, 3});
        assertThat(store.restorePrevious(OWNER, ID)).isEqualTo(new StoredVault(1, FIRST));
        assertThat(store.read(OWNER, ID)).isEqualTo(new StoredVault(1, FIRST));
    }

    @Test
    @DisplayName("keeps the damaged file, until the next one is kept, and takes it for no vault")
    void keepsTheDamaged() throws Exception {
        store.create(OWNER, ID, FIRST);
        store.replace(OWNER, ID, 1, SECOND);
        for (byte[] damage : new byte[][] {{1, 2, 3}, {4}}) {
            Files.write(file(), damage);
            assertThat(store.restorePrevious(OWNER, ID).body()).isEqualTo(FIRST);
            assertThat(damaged()).hasBinaryContent(damage);
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(damaged())))
                    .isEqualTo("rw-------");
            assertThat(store.list(OWNER)).containsExactly(ID);
        }
        store.close();
        store = DirectoryVaultStore.open(state, uid);
        store.replace(OWNER, ID, 1, SECOND);
        assertThat(damaged()).hasBinaryContent(new byte[] {4});
        store.delete(OWNER, ID);
        assertThat(file().getParent()).isEmptyDirectory();
    }

    @Test
    @DisplayName("keeps what is not trusted without reading it, whatever it points at")
    void keepsWhatIsNotTrusted() throws Exception {
        store.create(OWNER, ID, FIRST);
        Path elsewhere = Files.copy(file(), temp.resolve("elsewhere"));
        Files.delete(file());
        Files.createSymbolicLink(file(), elsewhere);
        assertThat(store.restorePrevious(OWNER, ID)).isEqualTo(new StoredVault(1, FIRST));
        assertThat(store.read(OWNER, ID)).isEqualTo(new StoredVault(1, FIRST));
        assertThat(damaged()).isSymbolicLink();
        assertThat(elsewhere).hasSameBinaryContentAs(file());
    }

    @Test
    @DisplayName("restores again when a crash left one file with the names of all three")
    void oneFileWithThreeNames() throws Exception {
        store.create(OWNER, ID, FIRST);
        Files.delete(file().resolveSibling(ID + ".vault.previous"));
        Files.createLink(file().resolveSibling(ID + ".vault.previous"), file());
        Files.createLink(damaged(), file());
        assertThat(store.read(OWNER, ID)).isEqualTo(new StoredVault(1, FIRST));
        assertThat(store.restorePrevious(OWNER, ID)).isEqualTo(new StoredVault(1, FIRST));
        assertThat(store.restorePrevious(OWNER, ID)).isEqualTo(new StoredVault(1, FIRST));
    }

    @Test
    @DisplayName("restores where there is no damaged file any more")
    void nothingToKeep() throws Exception {
        store.create(OWNER, ID, FIRST);
        Files.delete(file());
        assertThat(store.restorePrevious(OWNER, ID)).isEqualTo(new StoredVault(1, FIRST));
        assertThat(damaged()).doesNotExist();
    }

    @Test
    @DisplayName("refuses in words what does not fit, and changes nothing")
    void tooBig() throws Exception {
        store.create(OWNER, ID, FIRST);
        assertThatThrownBy(() -> store.replace(OWNER, ID, 1, Bytes.copyOf(new byte[1 << 20])))
                .isInstanceOf(StoreException.TooBig.class)
                .hasMessageMatching("it would have 10\\d{5} bytes, a vault file has at most 1048576");
        assertThat(store.read(OWNER, ID)).isEqualTo(new StoredVault(1, FIRST));
        assertThat(store.restorePrevious(OWNER, ID)).isEqualTo(new StoredVault(1, FIRST));
    }

    @Test
    @DisplayName("has a spare of a vault that was never replaced")
    void spareOfTheFirstGeneration() throws Exception {
        store.create(OWNER, ID, FIRST);
        Files.write(file(), new byte[] {1, 2, 3});
        assertThat(store.restorePrevious(OWNER, ID)).isEqualTo(new StoredVault(1, FIRST));
        assertThat(store.read(OWNER, ID).body()).isEqualTo(FIRST);
    }

    @Test
    @DisplayName("has nothing to restore once both files are gone")
    void nothingToRestore() throws Exception {
        store.create(OWNER, ID, FIRST);
        Files.delete(file());
        Files.delete(file().resolveSibling(ID + ".vault.previous"));
        assertThatThrownBy(() -> store.restorePrevious(OWNER, ID)).isInstanceOf(StoreException.Missing.class);
    }

    @Test
    @DisplayName("forgets a deleted vault and its previous generation")
    void deletes() throws Exception {
        store.create(OWNER, ID, FIRST);
        store.replace(OWNER, ID, 1, SECOND);
        store.delete(OWNER, ID);
        assertThatThrownBy(() -> store.read(OWNER, ID)).isInstanceOf(StoreException.Missing.class);
        assertThat(file().getParent()).isEmptyDirectory();
        assertThatThrownBy(() -> store.delete(OWNER, ID)).isInstanceOf(StoreException.Missing.class);
    }

    @Test
    @DisplayName("refuses a replacement made from an older generation, and a second vault with the same id")
    void conflicts() throws Exception {
        store.create(OWNER, ID, FIRST);
        store.replace(OWNER, ID, 1, SECOND);
        assertThatThrownBy(() -> store.replace(OWNER, ID, 1, FIRST)).isInstanceOf(StoreException.Conflict.class);
        assertThatThrownBy(() -> store.create(OWNER, ID, FIRST)).isInstanceOf(StoreException.Conflict.class);
        assertThat(store.read(OWNER, ID).body()).isEqualTo(SECOND);
    }

    @Test
    @DisplayName("lets one daemon in at a time, and the next one after it")
    void oneAtATime() throws Exception {
        assertThatThrownBy(() -> DirectoryVaultStore.open(state, uid)).isInstanceOf(StoreException.InUse.class);
        store.close();
        DirectoryVaultStore.open(state, uid).close();
    }

    @Test
    @DisplayName("clears what a crash left behind, and nothing else")
    void leftovers() throws Exception {
        store.create(OWNER, ID, FIRST);
        Path leftover = file().resolveSibling(ID + ".vault.new");
        Files.write(leftover, new byte[] {1});
        store.close();
        store = DirectoryVaultStore.open(state, uid);
        assertThat(leftover).doesNotExist();
        assertThat(store.read(OWNER, ID).body()).isEqualTo(FIRST);
    }

    @Test
    @DisplayName("opens although one owner's directory is not trusted, and the others keep their vaults")
    void oneBadDirectory() throws Exception {
        store.create(OWNER, ID, FIRST);
        store.create(OWNER + 1, ID, SECOND);
        store.close();
        Files.setPosixFilePermissions(file().getParent(), PosixFilePermissions.fromString("rwxr-xr-x"));
        store = DirectoryVaultStore.open(state, uid);
        assertThat(store.read(OWNER + 1, ID).body()).isEqualTo(SECOND);
        assertThatThrownBy(() -> store.list(OWNER)).isInstanceOf(StoreException.Unsafe.class);
    }

    @Test
    @DisplayName("neither deletes nor restores over what a later program wrote")
    void laterProgram() throws Exception {
        store.create(OWNER, ID, FIRST);
        store.replace(OWNER, ID, 1, SECOND);
        byte[] later = "tpm-keyring-vault 2 unknown\n".getBytes(StandardCharsets.US_ASCII);
        Files.write(file(), later);
        assertThatThrownBy(() -> store.delete(OWNER, ID)).isInstanceOf(StoreException.TooNew.class);
        assertThatThrownBy(() -> store.restorePrevious(OWNER, ID)).isInstanceOf(StoreException.TooNew.class);
        assertThat(file()).hasBinaryContent(later);
    }

    @Test
    @DisplayName("refuses a vault that is too large, and keeps both generations that it has")
    void tooLarge() throws Exception {
        store.create(OWNER, ID, FIRST);
        store.replace(OWNER, ID, 1, SECOND);
        assertThatThrownBy(() -> store.replace(OWNER, ID, 2, Bytes.copyOf(new byte[1 << 20])))
                .isInstanceOf(StoreException.TooBig.class)
                .hasMessageContaining("at most 1048576");
        assertThat(store.read(OWNER, ID)).isEqualTo(new StoredVault(2, SECOND));
        assertThat(store.restorePrevious(OWNER, ID).body()).isEqualTo(FIRST);
    }

    @Nested
    @DisplayName("does not trust")
    class Distrust {
        @BeforeEach
        void make() throws Exception {
            store.create(OWNER, ID, FIRST);
        }

        private void assertUnsafe(String reason) {
            assertThatThrownBy(() -> store.read(OWNER, ID))
                    .isInstanceOf(StoreException.Unsafe.class)
                    .hasMessageContaining(reason);
        }

        @Test
        @DisplayName("a file that others can read")
        void mode() throws Exception {
            Files.setPosixFilePermissions(file(), PosixFilePermissions.fromString("rw-r--r--"));
            assertUnsafe("mode 0644");
        }

        @Test
        @DisplayName("an owner directory that others can enter")
        void directoryMode() throws Exception {
            Files.setPosixFilePermissions(file().getParent(), PosixFilePermissions.fromString("rwxr-xr-x"));
            assertUnsafe("mode 0755");
        }

        @Test
        @DisplayName("a state directory that others can enter")
        void stateMode() throws Exception {
            store.close();
            Files.setPosixFilePermissions(state, PosixFilePermissions.fromString("rwxrwxrwx"));
            assertThatThrownBy(() -> DirectoryVaultStore.open(state, uid))
                    .isInstanceOf(StoreException.Unsafe.class)
                    .hasMessageContaining("mode 0777");
        }

        @Test
        @DisplayName("a file that belongs to another uid")
        void owner() {
            assertThatThrownBy(() -> new TrustedPath(uid + 1).read(file()))
                    .isInstanceOf(StoreException.Unsafe.class)
                    .hasMessageContaining("instead of " + (uid + 1));
        }

        @Test
        @DisplayName("a symbolic link, wherever it leads")
        void symbolicLink() throws Exception {
            Path elsewhere = temp.resolve("elsewhere");
            Files.move(file(), elsewhere);
            Files.createSymbolicLink(file(), elsewhere);
            assertUnsafe("not a regular file");
        }

        @Test
        @DisplayName("a directory in the place of a file")
        void directoryInPlace() throws Exception {
            Files.delete(file());
            Files.createDirectory(file());
            assertUnsafe("not a regular file");
        }

        @Test
        @DisplayName("a pipe in the place of a file, and does not hang on it")
        void pipe() throws Exception {
            Files.delete(file());
            assertThat(new ProcessBuilder("mkfifo", "-m", "600", file().toString())
                            .start()
                            .waitFor())
                    .isZero();
            assertUnsafe("not a regular file");
        }

        @Test
        @DisplayName("a file with a second name elsewhere")
        void hardLink() throws Exception {
            Files.createLink(temp.resolve("second"), file());
            assertUnsafe("2 names");
            Files.createLink(damaged(), file());
            assertUnsafe("3 names");
        }

        @Test
        @DisplayName("a file of 2 MiB")
        void size() throws Exception {
            Files.write(file(), new byte[2 << 20]);
            assertUnsafe("2097152 bytes");
        }
    }

    @Nested
    @DisplayName("calls damaged")
    class Damage {
        @BeforeEach
        void make() throws Exception {
            store.create(OWNER, ID, text("{\"a\":\"the body of a vault\"}"));
        }

        @Test
        @DisplayName("a file of which any prefix is left")
        void halfWritten() throws Exception {
            byte[] whole = Files.readAllBytes(file());
            for (int length = 0; length < whole.length; length++) {
                Files.write(file(), java.util.Arrays.copyOf(whole, length));
                assertThatThrownBy(() -> store.read(OWNER, ID))
                        .as("%d bytes", length)
                        .isInstanceOf(StoreException.Damaged.class);
            }
        }

        @Test
        @DisplayName("a file with any one bit flipped, unless it reads as a later format then, which is refused too")
        void flippedBits() throws Exception {
            byte[] whole = Files.readAllBytes(file());
            for (int bit = 0; bit < whole.length * 8; bit++) {
                byte[] flipped = whole.clone();
                flipped[bit / 8] ^= (byte) (1 << (bit % 8));
                Files.write(file(), flipped);
                assertThatThrownBy(() -> store.read(OWNER, ID))
                        .as("bit %d", bit)
                        .isInstanceOfAny(StoreException.Damaged.class, StoreException.TooNew.class);
            }
        }

        @Test
        @DisplayName("not a file of a later format: that is told as such and left alone")
        void laterFormat() throws Exception {
            byte[] later = "tpm-keyring-vault 7 whatever comes then\nbody".getBytes(StandardCharsets.UTF_8);
            Files.write(file(), later);
            assertThatThrownBy(() -> store.read(OWNER, ID)).isInstanceOfSatisfying(StoreException.TooNew.class, e -> {
                assertThat(e.found()).isEqualTo(7);
                assertThat(e.known()).isEqualTo(1);
            });
            assertThatThrownBy(() -> store.replace(OWNER, ID, 1, SECOND)).isInstanceOf(StoreException.TooNew.class);
            assertThat(file()).hasBinaryContent(later);
        }
    }

    @Test
    void failed() throws IOException {
        store.close();
        assertThatThrownBy(() ->
                        new DirectoryVaultStore(state, uid, new CrashingOperations(0, true)).create(OWNER, ID, FIRST))
                .isInstanceOf(StoreException.Failed.class)
                .hasMessageContaining("No space left on device");
    }
}
