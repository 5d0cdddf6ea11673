// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.mount;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;

/**
 * What a bcachefs superblock tells in clear ({@code struct bch_sb} in fs/bcachefs/bcachefs_format.h; it begins at
 * sector 8 and is little-endian).
 *
 * @param uuid that users see, 36 characters
 * @param encrypted whether the file system needs a key
 */
record BcachefsSuperblock(String uuid, boolean encrypted) {
    private static final long AT = 8 * 512;
    private static final int BYTES = 160;
    private static final int MAGIC_AT = 24;
    private static final int USER_UUID_AT = 56;
    private static final int UUID_BYTES = 16;
    private static final int FLAGS_1_AT = 152;

    /** BCH_SB_ENCRYPTION_TYPE, bits 10 to 14 of the second word of flags. */
    private static final long ENCRYPTION_TYPE = 0xfL << 10;

    /** BCACHE_MAGIC and BCHFS_MAGIC. */
    private static final List<String> MAGIC =
            List.of("c68573f6-4e1a-45ca-8265-f57f48ba6d81", "c68573f6-66ce-90a9-d96a-60cf803df7ef");

    /**
     * @throws IOException when the device cannot be read or has another kind of file system
     */
    static BcachefsSuperblock read(Path device) throws IOException {
        ByteBuffer block = ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN);
        try (SeekableByteChannel channel = Files.newByteChannel(device)) {
            channel.position(AT);
            while (block.hasRemaining()) {
                if (channel.read(block) < 0) {
                    throw new EOFException("it is too small for a bcachefs file system");
                }
            }
        }
        if (!MAGIC.contains(uuid(block, MAGIC_AT))) {
            throw new IOException("it has no bcachefs file system");
        }
        return new BcachefsSuperblock(uuid(block, USER_UUID_AT), (block.getLong(FLAGS_1_AT) & ENCRYPTION_TYPE) != 0);
    }

    /** What the key is known by that opens it; no key's name where it needs none. */
    String identifier() {
        return encrypted ? "bcachefs:" + uuid : "bcachefs:" + uuid + " without encryption";
    }

    private static String uuid(ByteBuffer block, int at) {
        byte[] bytes = new byte[UUID_BYTES];
        block.get(at, bytes);
        String hex = HexFormat.of().formatHex(bytes);
        return hex.substring(0, 8) + "-" + hex.substring(8, 12) + "-" + hex.substring(12, 16) + "-"
                + hex.substring(16, 20) + "-" + hex.substring(20);
    }
}
