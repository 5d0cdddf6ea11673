// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.store.directory.binding;

import com.sun.jna.LastErrorException;
import com.sun.jna.Native;

/** The functions of libc behind {@link FileCalls}, as their pages of section 2 of the manual declare them. */
final class Natives {
    static {
        Native.register(Natives.class, "c");
    }

    private Natives() {}

    static native int openat(int directory, String name, int flags, int mode) throws LastErrorException;

    static native int close(int file) throws LastErrorException;

    static native int statx(int directory, String name, int flags, int mask, byte[] status) throws LastErrorException;

    static native long read(int file, byte[] into, long length) throws LastErrorException;

    static native long write(int file, byte[] from, long length) throws LastErrorException;

    static native int fsync(int file) throws LastErrorException;

    static native int flock(int file, int operation) throws LastErrorException;

    static native int mkdirat(int directory, String name, int mode) throws LastErrorException;

    static native int linkat(int fromDirectory, String from, int toDirectory, String to, int flags)
            throws LastErrorException;

    static native int renameat(int fromDirectory, String from, int toDirectory, String to) throws LastErrorException;

    static native int unlinkat(int directory, String name, int flags) throws LastErrorException;

    static native long getdents64(int directory, byte[] entries, long length) throws LastErrorException;

    static native int geteuid();

    static native String strerror(int errno);
}
