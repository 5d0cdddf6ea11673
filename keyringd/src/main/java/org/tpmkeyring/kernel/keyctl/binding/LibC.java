// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.kernel.keyctl.binding;

import com.sun.jna.LastErrorException;
import com.sun.jna.Native;

/**
 * Identity and file calls of the C library. {@code open} and {@code ioctl} are variadic in C; on 64-bit
 * Linux their third argument travels as that of a fixed function does. 64-bit Linux only.
 */
public final class LibC {
    /** include/uapi/asm-generic/fcntl.h, as the next. */
    public static final int O_RDONLY = 0;

    public static final int O_CLOEXEC = 0x80000;

    private static final boolean ARM_OR_POWER = System.getProperty("os.arch").matches("aarch64|ppc64.*");

    /** 0x10000 on x86 and RISC-V, 0x4000 on ARM and POWER (arch/arm64/include/uapi/asm/fcntl.h). */
    public static final int O_DIRECTORY = ARM_OR_POWER ? 0x4000 : 0x10000;

    /** 0x20000 on x86 and RISC-V, 0x8000 on ARM and POWER. */
    public static final int O_NOFOLLOW = ARM_OR_POWER ? 0x8000 : 0x20000;

    /** Size of {@code struct passwd} (pwd.h) and the offset of {@code pw_gid} in it. */
    public static final int PASSWD_BYTES = 48;

    public static final int PASSWD_GID_OFFSET = 20;

    /** include/uapi/linux/prctl.h, as the next. */
    public static final int PR_GET_DUMPABLE = 3;

    public static final int PR_SET_DUMPABLE = 4;

    static {
        Native.register(LibC.class, "c");
    }

    private LibC() {}

    /** setfsuid(2): the identity of this thread for files and keys; returns the former one, never fails. */
    public static native int setfsuid(int uid);

    /** setfsgid(2). */
    public static native int setfsgid(int gid);

    /** prctl(2). */
    public static native int prctl(int option, long second, long third, long fourth, long fifth)
            throws LastErrorException;

    public static native int getuid();

    public static native int getgid();

    /**
     * open(2).
     *
     * @param path with a NUL at the end
     */
    public static native int open(byte[] path, int flags, int mode) throws LastErrorException;

    public static native int close(int fd) throws LastErrorException;

    /** ioctl(2) with an argument in native memory. */
    public static native int ioctl(int fd, long request, long argument) throws LastErrorException;

    /** ioctl(2) with an argument that is no secret; the kernel's answer is in it afterwards. */
    public static native int ioctl(int fd, long request, byte[] argument) throws LastErrorException;

    /**
     * getpwuid_r(3). Pointers in the result are void after the call.
     *
     * @param result 0 when there is no such user
     * @return 0 or an error number
     */
    public static native int getpwuid_r(int uid, byte[] passwd, byte[] strings, long length, long[] result);
}
