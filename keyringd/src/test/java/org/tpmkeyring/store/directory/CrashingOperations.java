// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.store.directory;

import java.util.Arrays;
import java.util.List;
import org.tpmkeyring.store.directory.binding.ErrnoException;

/** Does what another does until the process dies right before its n-th operation, or in the middle of a write. */
final class CrashingOperations implements FileOperations {
    private final FileOperations real;
    private final boolean halfWrites;
    private int left = Integer.MAX_VALUE;

    /**
     * @param halfWrites whether a write that the crash hits leaves half of what it should write
     */
    CrashingOperations(FileOperations real, boolean halfWrites) {
        this.real = real;
        this.halfWrites = halfWrites;
    }

    /** From now on, n operations succeed and the one after them does not happen. */
    void crashAfter(int operations) {
        left = operations;
    }

    boolean crashed() {
        return left < 0;
    }

    private void count(String operation) {
        if (left <= 0) {
            left = -1;
            throw new SimulatedCrash(operation);
        }
        left--;
    }

    @Override
    public int openDirectory(String path) throws ErrnoException {
        count("open directory");
        return real.openDirectory(path);
    }

    @Override
    public int openDirectory(int parent, String name) throws ErrnoException {
        count("open directory");
        return real.openDirectory(parent, name);
    }

    @Override
    public int openForReading(int directory, String name) throws ErrnoException {
        count("open");
        return real.openForReading(directory, name);
    }

    @Override
    public int createNew(int directory, String name) throws ErrnoException {
        count("create");
        return real.createNew(directory, name);
    }

    @Override
    public int openOrCreate(int directory, String name) throws ErrnoException {
        count("open or create");
        return real.openOrCreate(directory, name);
    }

    /** What the kernel does for a dead process as well. */
    @Override
    public void close(int file) {
        real.close(file);
    }

    @Override
    public FileStatus status(int file) throws ErrnoException {
        count("status");
        return real.status(file);
    }

    @Override
    public byte[] read(int file, int limitBytes) throws ErrnoException {
        count("read");
        return real.read(file, limitBytes);
    }

    @Override
    public void write(int file, byte[] content) throws ErrnoException {
        if (left == 0 && halfWrites) {
            real.write(file, Arrays.copyOf(content, content.length / 2));
        }
        count("write");
        real.write(file, content);
    }

    @Override
    public void sync(int file) throws ErrnoException {
        count("sync");
        real.sync(file);
    }

    @Override
    public void makeDirectory(String path) throws ErrnoException {
        count("make directory");
        real.makeDirectory(path);
    }

    @Override
    public void makeDirectory(int parent, String name) throws ErrnoException {
        count("make directory");
        real.makeDirectory(parent, name);
    }

    @Override
    public void link(int directory, String from, String to) throws ErrnoException {
        count("link");
        real.link(directory, from, to);
    }

    @Override
    public void rename(int directory, String from, String to) throws ErrnoException {
        count("rename");
        real.rename(directory, from, to);
    }

    @Override
    public void remove(int directory, String name) throws ErrnoException {
        count("remove");
        real.remove(directory, name);
    }

    @Override
    public List<String> names(int directory) throws ErrnoException {
        count("names");
        return real.names(directory);
    }

    @Override
    public boolean tryLock(int file) throws ErrnoException {
        count("lock");
        return real.tryLock(file);
    }
}
