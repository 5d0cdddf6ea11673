// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.store.directory.binding;

import com.sun.jna.LastErrorException;

/**
 * One system call a method, relative to an open directory, so that no path is walked twice. 64-bit Linux only.
 * A call that fails throws {@link ErrnoException}.
 */
public final class FileCalls {
    /** In place of a directory: the working directory, or an absolute path (openat(2)). */
    public static final int AT_FDCWD = -100;

    /** include/uapi/asm-generic/fcntl.h. */
    public static final int O_RDONLY = 0;

    public static final int O_WRONLY = 1;
    public static final int O_RDWR = 2;
    public static final int O_CREAT = 0x40;
    public static final int O_EXCL = 0x80;
    public static final int O_NOCTTY = 0x100;
    public static final int O_NONBLOCK = 0x800;
    public static final int O_CLOEXEC = 0x80000;

    private static final boolean ARM = System.getProperty("os.arch").startsWith("aarch64");
    /** arch/arm64/include/uapi/asm/fcntl.h has values of its own. */
    public static final int O_DIRECTORY = ARM ? 0x4000 : 0x10000;

    public static final int O_NOFOLLOW = ARM ? 0x8000 : 0x20000;

    /** statx(2): the type, mode, link count, owner and size of the open file itself. */
    public static final int STATUS_BYTES = 256;

    private static final int AT_EMPTY_PATH = 0x1000;
    private static final int STATX_BASIC_STATS = 0x7ff;
    private static final int LOCK_EX_NB = 2 | 4;

    private FileCalls() {}

    /** Effective uid of the process. */
    public static long effectiveUid() {
        return Integer.toUnsignedLong(Natives.geteuid());
    }

    public static int openat(int directory, String name, int flags, int mode) throws ErrnoException {
        try {
            return Natives.openat(directory, name, flags, mode);
        } catch (LastErrorException e) {
            throw failed("open", e);
        }
    }

    public static void close(int file) throws ErrnoException {
        try {
            Natives.close(file);
        } catch (LastErrorException e) {
            throw failed("close", e);
        }
    }

    /** The kernel's {@code struct statx} of an open file, which has one layout on all architectures. */
    public static byte[] status(int file) throws ErrnoException {
        byte[] status = new byte[STATUS_BYTES];
        try {
            Natives.statx(file, "", AT_EMPTY_PATH, STATX_BASIC_STATS, status);
            return status;
        } catch (LastErrorException e) {
            throw failed("statx", e);
        }
    }

    public static int read(int file, byte[] into) throws ErrnoException {
        try {
            return (int) Natives.read(file, into, into.length);
        } catch (LastErrorException e) {
            throw failed("read", e);
        }
    }

    public static int write(int file, byte[] from) throws ErrnoException {
        try {
            return (int) Natives.write(file, from, from.length);
        } catch (LastErrorException e) {
            throw failed("write", e);
        }
    }

    public static void fsync(int file) throws ErrnoException {
        try {
            Natives.fsync(file);
        } catch (LastErrorException e) {
            throw failed("fsync", e);
        }
    }

    /** flock(2), exclusive, without waiting. */
    public static void flock(int file) throws ErrnoException {
        try {
            Natives.flock(file, LOCK_EX_NB);
        } catch (LastErrorException e) {
            throw failed("flock", e);
        }
    }

    public static void mkdirat(int directory, String name, int mode) throws ErrnoException {
        try {
            Natives.mkdirat(directory, name, mode);
        } catch (LastErrorException e) {
            throw failed("mkdir", e);
        }
    }

    public static void linkat(int directory, String from, String to) throws ErrnoException {
        try {
            Natives.linkat(directory, from, directory, to, 0);
        } catch (LastErrorException e) {
            throw failed("link", e);
        }
    }

    public static void renameat(int directory, String from, String to) throws ErrnoException {
        try {
            Natives.renameat(directory, from, directory, to);
        } catch (LastErrorException e) {
            throw failed("rename", e);
        }
    }

    public static void unlinkat(int directory, String name) throws ErrnoException {
        try {
            Natives.unlinkat(directory, name, 0);
        } catch (LastErrorException e) {
            throw failed("unlink", e);
        }
    }

    /** One call of getdents64(2); how many bytes of entries it gave, 0 at the end. */
    public static int getdents(int directory, byte[] entries) throws ErrnoException {
        try {
            return (int) Natives.getdents64(directory, entries, entries.length);
        } catch (LastErrorException e) {
            throw failed("getdents", e);
        }
    }

    private static ErrnoException failed(String call, LastErrorException e) {
        return new ErrnoException(call, e.getErrorCode(), Natives.strerror(e.getErrorCode()), e);
    }
}
