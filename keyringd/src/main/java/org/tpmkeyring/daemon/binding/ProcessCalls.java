// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.daemon.binding;

import com.sun.jna.LastErrorException;
import com.sun.jna.Native;

/** prctl(2), umask(2) and geteuid(2). */
public final class ProcessCalls {
    /** include/uapi/linux/prctl.h. */
    public static final int PR_SET_DUMPABLE = 4;

    public static final int PR_SET_NO_NEW_PRIVS = 38;

    static {
        Native.register(ProcessCalls.class, "c");
    }

    private ProcessCalls() {}

    private static native int prctl(int option, long second, long third, long fourth, long fifth)
            throws LastErrorException;

    /** Sets the mask for new files' modes; gives the one before. */
    public static native int umask(int mask);

    /** Effective uid of the process, 32 bit, unsigned. */
    public static native int geteuid();

    /** prctl(2) with one argument; 0, or the negated error number. */
    public static int control(int option, long argument) {
        try {
            return prctl(option, argument, 0, 0, 0);
        } catch (LastErrorException e) {
            return -e.getErrorCode();
        }
    }
}
