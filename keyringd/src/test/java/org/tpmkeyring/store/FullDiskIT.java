// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tpmkeyring.protocol.value.Bytes;
import org.tpmkeyring.testing.Requires;

@DisplayName("On a file system that is full")
class FullDiskIT {
    private static final VaultId ID = new VaultId("0123456789abcdef0123456789abcdef");

    @TempDir
    Path temp;

    @Test
    @DisplayName("a replacement is refused in words and the vault stays as it was")
    void fullDisk() throws Exception {
        Requires.root();
        run("mount", "-t", "tmpfs", "-o", "size=64k,mode=700", "tmpfs", temp.toString());
        try (DirectoryVaultStore store = DirectoryVaultStore.open(temp.resolve("state"), 0)) {
            Bytes small = Bytes.copyOf(new byte[] {1});
            store.create(0, ID, small);
            assertThatThrownBy(() -> store.replace(0, ID, 1, Bytes.copyOf(new byte[200_000])))
                    .isInstanceOf(StoreException.Failed.class)
                    .hasMessageContaining("No space left on device");
            assertThat(store.read(0, ID)).isEqualTo(new StoredVault(1, small));
            assertThat(temp.resolve("state/vaults/0").toFile().list()).containsExactly(ID + ".vault");
        } finally {
            run("umount", temp.toString());
        }
    }

    private static void run(String... command) throws Exception {
        assertThat(new ProcessBuilder(command).inheritIO().start().waitFor())
                .as(String.join(" ", command))
                .isZero();
    }
}
