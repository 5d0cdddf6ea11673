// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.store.directory;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * What a file is, inode(7).
 *
 * @param type the S_IFMT bits of the mode
 * @param permissions the other 12 bits of the mode
 * @param owner uid
 * @param links how many names it has
 * @param sizeBytes length
 */
record FileStatus(int type, int permissions, long owner, long links, long sizeBytes) {
    static final int DIRECTORY = 0040000;
    static final int REGULAR = 0100000;

    private static final int TYPE_MASK = 0170000;
    private static final int PERMISSIONS_MASK = 07777;

    /** Reads a {@code struct statx} (include/uapi/linux/stat.h). */
    static FileStatus ofStatx(byte[] statx) {
        ByteBuffer fields = ByteBuffer.wrap(statx).order(ByteOrder.nativeOrder());
        int mode = Short.toUnsignedInt(fields.getShort(0x1c));
        return new FileStatus(
                mode & TYPE_MASK,
                mode & PERMISSIONS_MASK,
                Integer.toUnsignedLong(fields.getInt(0x14)),
                Integer.toUnsignedLong(fields.getInt(0x10)),
                fields.getLong(0x28));
    }

    /** The type in a word or two, with its article. */
    String typeInWords() {
        return switch (type) {
            case 0010000 -> "a FIFO";
            case 0020000 -> "a character device";
            case DIRECTORY -> "a directory";
            case 0060000 -> "a block device";
            case REGULAR -> "a regular file";
            case 0120000 -> "a symbolic link";
            case 0140000 -> "a socket";
            default -> "of an unknown type";
        };
    }
}
