// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.secret.binding;

/** A system call said no. */
public final class ErrnoException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** errno(3): interrupted by a signal. */
    public static final int EINTR = 4;

    private final String call;
    private final int errno;

    ErrnoException(String call, int errno, String text, Throwable cause) {
        super(call + ": " + text + " (errno " + errno + ")", cause);
        this.call = call;
        this.errno = errno;
    }

    /** Name of the system call. */
    public String call() {
        return call;
    }

    /** The number, errno(3). */
    public int errno() {
        return errno;
    }
}
