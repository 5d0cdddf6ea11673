// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.secret.binding;

import com.sun.jna.LastErrorException;
import com.sun.jna.Native;

/** The functions of libc behind {@link LibC}, as mmap(2), mlock(2) and the other pages declare them. */
final class Natives {
    static {
        Native.register(Natives.class, "c");
    }

    private Natives() {}

    static native long mmap(long address, long length, int protection, int flags, int fd, long offset)
            throws LastErrorException;

    static native int mprotect(long address, long length, int protection) throws LastErrorException;

    static native int munmap(long address, long length) throws LastErrorException;

    static native int mlock(long address, long length) throws LastErrorException;

    static native int madvise(long address, long length, int advice) throws LastErrorException;

    static native long getrandom(long buffer, long length, int flags) throws LastErrorException;

    static native long getrandom(byte[] buffer, long length, int flags) throws LastErrorException;

    static native int getrlimit(int resource, long[] limit) throws LastErrorException;

    static native long sysconf(int name);

    static native void explicit_bzero(long address, long length);

    static native long memcpy(long to, long from, long length);

    static native String strerror(int errno);
}
