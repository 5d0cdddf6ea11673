// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.store.directory;

import java.util.List;
import org.tpmkeyring.store.directory.binding.ErrnoException;

/**
 * What the store does to files, one system call a method where that is possible: the places where a crash can
 * happen. Files and directories are descriptors; names are of entries right in a directory. Nothing here ever
 * follows a symbolic link as the last part of a name.
 */
interface FileOperations {
    /**
     * @param path of a directory
     */
    int openDirectory(String path) throws ErrnoException;

    int openDirectory(int parent, String name) throws ErrnoException;

    /** Opens without waiting, whatever it is. */
    int openForReading(int directory, String name) throws ErrnoException;

    /** Opens for writing a file that must not be there yet, mode 0600. */
    int createNew(int directory, String name) throws ErrnoException;

    /** Opens for reading and writing, making it with mode 0600 when it is not there. */
    int openOrCreate(int directory, String name) throws ErrnoException;

    void close(int file);

    FileStatus status(int file) throws ErrnoException;

    /** From where it stands to its end, but not more than the limit. */
    byte[] read(int file, int limitBytes) throws ErrnoException;

    /** All of it, or an exception. */
    void write(int file, byte[] content) throws ErrnoException;

    /** Returns once file or directory are on the disk. */
    void sync(int file) throws ErrnoException;

    /** Mode 0700. */
    void makeDirectory(String path) throws ErrnoException;

    void makeDirectory(int parent, String name) throws ErrnoException;

    void link(int directory, String from, String to) throws ErrnoException;

    void rename(int directory, String from, String to) throws ErrnoException;

    void remove(int directory, String name) throws ErrnoException;

    /** Names of all entries but {@code .} and {@code ..}, in no order. */
    List<String> names(int directory) throws ErrnoException;

    /** Takes the lock that belongs to this opening of the file; false when another opening has it. */
    boolean tryLock(int file) throws ErrnoException;
}
