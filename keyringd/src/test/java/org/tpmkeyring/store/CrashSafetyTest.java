// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tpmkeyring.protocol.value.Bytes;

@DisplayName("After a crash before any file operation there is the old or the new state, complete, in")
class CrashSafetyTest {
    private static final VaultId ID = new VaultId("0123456789abcdef0123456789abcdef");
    private static final long OWNER = 0;
    private static final int MORE_THAN_ENOUGH = 100;

    @TempDir
    Path temp;

    private interface Change {
        void apply(DirectoryVaultStore store) throws StoreException;
    }

    private interface Check {
        void of(Path state) throws IOException;
    }

    private static Bytes body(String text) {
        return Bytes.copyOf(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    @DisplayName("create")
    void create() throws Exception {
        assertOldOrNew(0, store -> store.create(OWNER, ID, body("new")), Set.of("", "new"));
    }

    @Test
    @DisplayName("the first replacement")
    void firstReplace() throws Exception {
        assertOldOrNew(1, store -> store.replace(OWNER, ID, 1, body("new")), Set.of("body 1", "new"));
    }

    @Test
    @DisplayName("a later replacement")
    void laterReplace() throws Exception {
        assertOldOrNew(3, store -> store.replace(OWNER, ID, 3, body("new")), Set.of("body 3", "new"));
    }

    @Test
    @DisplayName("delete")
    void delete() throws Exception {
        assertOldOrNew(2, store -> store.delete(OWNER, ID), Set.of("body 2", ""));
    }

    @Test
    @DisplayName("restore, and the file in whose place the other comes is there until the end")
    void restore() throws Exception {
        assertOldOrNew(2, store -> store.restorePrevious(OWNER, ID), Set.of("body 2", "body 1"), state -> {
            Path file = state.resolve("vaults/0/" + ID + ".vault");
            String given = Files.readString(file);
            if (!given.endsWith("body 2")) {
                assertThat(Files.readString(file.resolveSibling(ID + ".vault.damaged")))
                        .endsWith("body 2");
            }
        });
    }

    @Test
    @DisplayName("restore once more, after which the last damaged file is kept")
    void restoreAgain() throws Exception {
        Change twice = store -> {
            store.restorePrevious(OWNER, ID);
            store.replace(OWNER, ID, 2, body("body 3 again"));
            store.restorePrevious(OWNER, ID);
        };
        AtomicReference<String> last = new AtomicReference<>();
        assertOldOrNew(3, twice, Set.of("body 3", "body 2", "body 3 again"), state -> {
            Path damaged = state.resolve("vaults/0/" + ID + ".vault.damaged");
            last.set(Files.exists(damaged) ? Files.readString(damaged) : "");
        });
        assertThat(last.get()).as("after both").endsWith("body 3 again");
    }

    @Test
    @DisplayName("a restore that changed nothing is tried again, and what the first one kept stays")
    void restoreInVain() throws Exception {
        Change twice = store -> {
            store.restorePrevious(OWNER, ID);
            store.restorePrevious(OWNER, ID);
        };
        assertOldOrNew(3, twice, Set.of("body 3", "body 2"), state -> {
            Path file = state.resolve("vaults/0/" + ID + ".vault");
            if (!Files.readString(file).endsWith("body 3")) {
                assertThat(Files.readString(file.resolveSibling(ID + ".vault.damaged")))
                        .endsWith("body 3");
            }
        });
    }

    private void assertOldOrNew(int generations, Change change, Set<String> allowed) throws Exception {
        assertOldOrNew(generations, change, allowed, state -> {});
    }

    private void assertOldOrNew(int generations, Change change, Set<String> allowed, Check files) throws Exception {
        long uid = Integer.toUnsignedLong((int) Files.getAttribute(temp, "unix:uid"));
        for (int n = 0; n < MORE_THAN_ENOUGH; n++) {
            Path state = temp.resolve("state-" + n);
            prepare(state, uid, generations);
            CrashingOperations operations = new CrashingOperations(n, false);
            boolean finished = attempt(state, uid, operations, change);
            try (DirectoryVaultStore after = DirectoryVaultStore.open(state, uid)) {
                assertThat(found(after))
                        .as("after a crash before operation %d", n)
                        .isIn(allowed);
                files.of(state);
                continuesToWork(after);
            }
            if (finished) {
                assertThat(n).as("operations counted").isGreaterThan(2);
                return;
            }
        }
        throw new AssertionError("the change never came to an end");
    }

    private void prepare(Path state, long uid, int generations) throws StoreException {
        try (DirectoryVaultStore store = DirectoryVaultStore.open(state, uid)) {
            for (int generation = 1; generation <= generations; generation++) {
                if (generation == 1) {
                    store.create(OWNER, ID, body("body 1"));
                } else {
                    store.replace(OWNER, ID, generation - 1, body("body " + generation));
                }
            }
        }
    }

    private boolean attempt(Path state, long uid, CrashingOperations operations, Change change) throws StoreException {
        try (DirectoryVaultStore store = new DirectoryVaultStore(state, uid, operations)) {
            change.apply(store);
        } catch (CrashingOperations.Crash e) {
            return false;
        }
        return !operations.crashed();
    }

    private static String found(DirectoryVaultStore store) throws StoreException {
        List<VaultId> ids = store.list(OWNER);
        return ids.isEmpty()
                ? ""
                : new String(store.read(OWNER, ids.get(0)).body().toArray(), StandardCharsets.UTF_8);
    }

    private static void continuesToWork(DirectoryVaultStore store) throws StoreException {
        if (store.list(OWNER).isEmpty()) {
            store.create(OWNER, ID, body("again"));
        } else {
            store.replace(OWNER, ID, store.read(OWNER, ID).generation(), body("again"));
        }
        assertThat(found(store)).isEqualTo("again");
    }
}
