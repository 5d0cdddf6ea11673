// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.store;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * The real operations until the n-th, which fails: as a crash, after which nothing works any more, or as a
 * full disk, after which everything but writing works. A write that fails leaves half of its bytes.
 */
final class CrashingOperations implements FileOperations {
    /** The machine has died; an error, so that no handler of I/O trouble can tidy up. */
    static final class Crash extends Error {
        private static final long serialVersionUID = 1L;
    }

    private final RealFileOperations real = new RealFileOperations();
    private final int last;
    private final boolean full;
    private int done;
    private boolean dead;

    CrashingOperations(int operationsBeforeCrash, boolean full) {
        this.last = operationsBeforeCrash;
        this.full = full;
    }

    boolean crashed() {
        return dead;
    }

    private boolean failsNow() {
        if (dead && !full) {
            throw new Crash();
        }
        return done++ == last;
    }

    private void fail(Path file) throws IOException {
        dead = true;
        if (full) {
            throw new FileSystemException(file.toString(), null, "No space left on device");
        }
        throw new Crash();
    }

    private void step(Path file) throws IOException {
        if (failsNow() && !full) {
            fail(file);
        }
    }

    @Override
    public void createDirectory(Path directory) throws IOException {
        step(directory);
        real.createDirectory(directory);
    }

    @Override
    public void writeNew(Path file, byte[] contents) throws IOException {
        if (failsNow() || full) {
            Files.write(file, Arrays.copyOf(contents, contents.length / 2));
            fail(file);
        }
        real.writeNew(file, contents);
    }

    @Override
    public void syncFile(Path file) throws IOException {
        step(file);
        real.syncFile(file);
    }

    @Override
    public void syncDirectory(Path directory) throws IOException {
        step(directory);
        real.syncDirectory(directory);
    }

    @Override
    public void link(Path existing, Path second) throws IOException {
        step(second);
        real.link(existing, second);
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        step(to);
        real.rename(from, to);
    }

    @Override
    public void delete(Path file) throws IOException {
        step(file);
        real.delete(file);
    }
}
