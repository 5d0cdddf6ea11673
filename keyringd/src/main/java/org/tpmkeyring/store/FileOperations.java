// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.store;

import java.io.IOException;
import java.nio.file.Path;

/**
 * The file system calls that change something, one by one, in the order in which a crash could fall
 * between them. An interface so that a test can let the machine die before, in or after each.
 */
interface FileOperations {
    /** mkdir(2) with mode 0700. */
    void createDirectory(Path directory) throws IOException;

    /** open(2) of a file that does not exist, with mode 0600, and write(2) of its contents. */
    void writeNew(Path file, byte[] contents) throws IOException;

    /** fsync(2) of a file. */
    void syncFile(Path file) throws IOException;

    /** fsync(2) of a directory: its names are on the disk afterwards. */
    void syncDirectory(Path directory) throws IOException;

    /** link(2): a second name. */
    void link(Path existing, Path second) throws IOException;

    /** rename(2), replacing what has the new name. */
    void rename(Path from, Path to) throws IOException;

    /** unlink(2); nothing happens when there is no such file. */
    void delete(Path file) throws IOException;
}
