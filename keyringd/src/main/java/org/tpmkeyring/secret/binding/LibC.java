// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.secret.binding;

import com.sun.jna.LastErrorException;
import com.sun.jna.Pointer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Memory and random number functions of the C library. 64-bit Linux only. A call that fails throws {@link
 * ErrnoException}.
 */
public final class LibC {
    public static final int PROT_NONE = 0x0;
    public static final int PROT_READ_WRITE = 0x1 | 0x2;

    /** include/uapi/asm-generic/mman-common.h. */
    public static final int MADV_DONTDUMP = 16;

    public static final int MADV_WIPEONFORK = 18;

    private static final int MAP_PRIVATE_ANONYMOUS = 0x02 | 0x20;
    private static final int SC_PAGESIZE = 30;
    private static final int RLIMIT_MEMLOCK = 8;

    private LibC() {}

    /** Bytes of a page, sysconf(3). */
    public static long pageSize() {
        return Natives.sysconf(SC_PAGESIZE);
    }

    /** A private anonymous mapping, mmap(2). */
    public static long mmap(long length, int protection) {
        try {
            return Natives.mmap(0, length, protection, MAP_PRIVATE_ANONYMOUS, -1, 0);
        } catch (LastErrorException e) {
            throw failed("mmap", e);
        }
    }

    /** mprotect(2). */
    public static void mprotect(long address, long length, int protection) {
        try {
            Natives.mprotect(address, length, protection);
        } catch (LastErrorException e) {
            throw failed("mprotect", e);
        }
    }

    /** munmap(2). */
    public static void munmap(long address, long length) {
        try {
            Natives.munmap(address, length);
        } catch (LastErrorException e) {
            throw failed("munmap", e);
        }
    }

    /** mlock(2). */
    public static void mlock(long address, long length) {
        try {
            Natives.mlock(address, length);
        } catch (LastErrorException e) {
            throw failed("mlock", e);
        }
    }

    /** madvise(2). */
    public static void madvise(long address, long length, int advice) {
        try {
            Natives.madvise(address, length, advice);
        } catch (LastErrorException e) {
            throw failed("madvise", e);
        }
    }

    /** One call of getrandom(2) with no flags; how many bytes it gave. */
    public static long getrandom(long address, long length) {
        try {
            return Natives.getrandom(address, length, 0);
        } catch (LastErrorException e) {
            throw failed("getrandom", e);
        }
    }

    /** The same for random bytes that are public, such as a nonce. */
    public static long getrandom(byte[] publicBytes) {
        try {
            return Natives.getrandom(publicBytes, publicBytes.length, 0);
        } catch (LastErrorException e) {
            throw failed("getrandom", e);
        }
    }

    /** The soft limit on locked memory in bytes, -1 for none; getrlimit(2). */
    public static long memlockLimit() {
        long[] softAndHard = new long[2];
        try {
            Natives.getrlimit(RLIMIT_MEMLOCK, softAndHard);
        } catch (LastErrorException e) {
            throw failed("getrlimit", e);
        }
        return softAndHard[0];
    }

    /** A memset that the compiler may not leave out, bzero(3). */
    public static void explicitBzero(long address, long length) {
        Natives.explicit_bzero(address, length);
    }

    /** memcpy(3). */
    public static void memcpy(long to, long from, long length) {
        Natives.memcpy(to, from, length);
    }

    /** A direct buffer over native memory that belongs to somebody else; dangling once that is unmapped. */
    public static ByteBuffer view(long address, int length) {
        return new Pointer(address).getByteBuffer(0, length).order(ByteOrder.BIG_ENDIAN);
    }

    private static ErrnoException failed(String call, LastErrorException e) {
        return new ErrnoException(call, e.getErrorCode(), Natives.strerror(e.getErrorCode()), e);
    }
}
