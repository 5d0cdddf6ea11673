// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.store.directory.binding;

import java.io.IOException;

/** A system call on a file said no. */
public final class ErrnoException extends IOException {
    private static final long serialVersionUID = 1L;

    /** include/uapi/asm-generic/errno-base.h and errno.h. */
    public static final int ENOENT = 2;

    public static final int EINTR = 4;
    public static final int EIO = 5;
    public static final int ENXIO = 6;
    public static final int EWOULDBLOCK = 11;
    public static final int EEXIST = 17;
    public static final int ENOTDIR = 20;
    public static final int ENOSPC = 28;
    public static final int EROFS = 30;
    public static final int ELOOP = 40;
    public static final int EDQUOT = 122;

    private final String call;
    private final int errno;

    /**
     * @param call name of the system call
     * @param errno errno(3)
     * @param text what strerror(3) says of it
     */
    public ErrnoException(String call, int errno, String text, Throwable cause) {
        super(call + ": " + text, cause);
        this.call = call;
        this.errno = errno;
    }

    public String call() {
        return call;
    }

    public int errno() {
        return errno;
    }
}
