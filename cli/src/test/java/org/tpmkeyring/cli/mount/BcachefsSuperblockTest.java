// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.mount;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The superblock as bcachefs_format.h lays it out. */
final class BcachefsSuperblockTest {
    private static final String UUID = "6f1d2c3b-4a59-4687-9f10-a1b2c3d4e5f6";

    @TempDir
    Path directory;

    private Path device(String magic, long flags) throws IOException {
        return device(directory.resolve("device"), magic, UUID, flags);
    }

    /** A device with the second word of flags as given. */
    static Path device(Path file, String uuid, long flags) throws IOException {
        return device(file, "c68573f6-66ce-90a9-d96a-60cf803df7ef", uuid, flags);
    }

    private static Path device(Path file, String magic, String uuid, long flags) throws IOException {
        ByteBuffer image = ByteBuffer.allocate(8192).order(ByteOrder.LITTLE_ENDIAN);
        image.put(4096 + 24, HexFormat.of().parseHex(magic.replace("-", "")));
        image.put(4096 + 56, HexFormat.of().parseHex(uuid.replace("-", "")));
        image.putLong(4096 + 152, flags);
        return Files.write(file, image.array());
    }

    @Test
    void anEncryptedFileSystemIsKnownByItsKey() throws IOException {
        Path device = device("c68573f6-66ce-90a9-d96a-60cf803df7ef", 1L << 10 | 1);
        assertThat(BcachefsSuperblock.read(device).identifier()).isEqualTo("bcachefs:" + UUID);
    }

    @Test
    void oneInClearIsNot() throws IOException {
        Path device = device("c68573f6-4e1a-45ca-8265-f57f48ba6d81", 1L << 14 | 1L << 9);
        assertThat(BcachefsSuperblock.read(device).identifier()).isEqualTo("bcachefs:" + UUID + " without encryption");
    }

    @Test
    void anotherFileSystemIsNone() throws IOException {
        Path device = device("00000000-0000-0000-0000-000000000000", 0);
        assertThatThrownBy(() -> BcachefsSuperblock.read(device)).hasMessage("it has no bcachefs file system");
        Path small = Files.write(directory.resolve("small"), new byte[4100]);
        assertThatThrownBy(() -> BcachefsSuperblock.read(small)).isInstanceOf(EOFException.class);
    }
}
