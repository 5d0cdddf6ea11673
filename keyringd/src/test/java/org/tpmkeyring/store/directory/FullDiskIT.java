// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.store.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tpmkeyring.protocol.value.Bytes;
import org.tpmkeyring.store.StoreException;
import org.tpmkeyring.store.StoredVault;
import org.tpmkeyring.store.VaultId;
import org.tpmkeyring.testing.Requires;

/** A real file system that runs full, is read-only, or holds files of somebody else. */
final class FullDiskIT {
    private static final VaultId ID = new VaultId("0123456789abcdef0123456789abcdef");
    private static final Bytes SMALL = Bytes.copyOf(new byte[1000]);
    private static final Bytes LARGE = Bytes.copyOf(new byte[300_000]);

    @TempDir
    private Path folder;

    private Path disk;
    private boolean mounted;
    private DirectoryVaultStore store;

    @BeforeEach
    void mount() throws IOException, InterruptedException, StoreException {
        Requires.root();
        disk = Files.createDirectory(folder.resolve("disk"));
        run("mount", "-t", "tmpfs", "-o", "size=256k,mode=700", "tmpfs", disk.toString());
        mounted = true;
        store = DirectoryVaultStore.open(disk.resolve("state"));
        store.create(7, ID, SMALL);
    }

    @AfterEach
    void unmount() throws IOException, InterruptedException {
        if (store != null) {
            store.close();
        }
        if (mounted) {
            run("umount", disk.toString());
        }
    }

    @Test
    void aFullDiskIsToldInWordsAndLeavesTheOldState() throws IOException, StoreException {
        assertThatThrownBy(() -> store.replace(7, ID, 1, LARGE))
                .isInstanceOf(StoreException.Failed.class)
                .hasMessage("cannot write it: the file system is full");
        assertThat(store.read(7, ID)).isEqualTo(new StoredVault(1, SMALL));
        try (var names = Files.list(disk.resolve("state/vaults/7"))) {
            assertThat(names).hasSize(1);
        }
        store.replace(7, ID, 1, SMALL);
        assertThat(store.read(7, ID).generation()).isEqualTo(2);
    }

    @Test
    void aReadOnlyDiskIsToldInWordsAndCanStillBeRead() throws IOException, InterruptedException, StoreException {
        run("mount", "-o", "remount,ro", disk.toString());
        assertThatThrownBy(() -> store.replace(7, ID, 1, SMALL))
                .isInstanceOf(StoreException.Failed.class)
                .hasMessageContaining("the file system is read-only");
        assertThat(store.read(7, ID)).isEqualTo(new StoredVault(1, SMALL));
    }

    @Test
    void aFileOfSomebodyElseIsRefused() throws IOException {
        Path file = disk.resolve("state/vaults/7/" + ID + ".vault");
        Files.setAttribute(file, "unix:uid", 7);
        assertThatThrownBy(() -> store.read(7, ID))
                .isInstanceOf(StoreException.Unsafe.class)
                .hasMessage("it belongs to uid 7 instead of uid 0");
    }

    private static void run(String... command) throws IOException, InterruptedException {
        assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
    }
}
