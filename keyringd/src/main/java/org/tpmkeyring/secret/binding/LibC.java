// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.secret.binding;

import com.sun.jna.LastErrorException;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Memory functions of the C library (mmap(2), mlock(2), madvise(2), bzero(3)). 64-bit Linux only. */
public final class LibC {
    public static final int PROT_READ = 0x1;
    public static final int PROT_WRITE = 0x2;
    public static final int MAP_PRIVATE = 0x02;
    public static final int MAP_ANONYMOUS = 0x20;
    /** include/uapi/asm-generic/mman-common.h. */
    public static final int MADV_DONTDUMP = 16;

    public static final int MADV_WIPEONFORK = 18;

    static {
        Native.register(LibC.class, "c");
    }

    private LibC() {}

    public static native long mmap(long address, long length, int protection, int flags, int fd, long offset)
            throws LastErrorException;

    public static native int munmap(long address, long length) throws LastErrorException;

    public static native int mlock(long address, long length) throws LastErrorException;

    public static native int madvise(long address, long length, int advice) throws LastErrorException;

    /** A memset that the compiler may not leave out; bzero(3). */
    public static native void explicit_bzero(long address, long length);

    public static native long memcpy(long to, long from, long length);

    /** A direct buffer over native memory that belongs to somebody else; dangling once that is unmapped. */
    public static ByteBuffer view(long address, int length) {
        return new Pointer(address).getByteBuffer(0, length).order(ByteOrder.BIG_ENDIAN);
    }
}
