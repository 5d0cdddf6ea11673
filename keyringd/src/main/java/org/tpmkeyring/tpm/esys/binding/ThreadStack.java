// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.tpm.esys.binding;

import com.sun.jna.Native;

/** Where the stack of a thread is, pthread_getattr_np(3), and searching memory, memmem(3). */
public final class ThreadStack {
    static {
        Native.register(ThreadStack.class, "c");
    }

    private ThreadStack() {}

    public static native long pthread_self();

    /** {@code attributes} is a pthread_attr_t, 64 bytes at most. */
    public static native int pthread_getattr_np(long thread, long attributes);

    public static native int pthread_attr_getstack(long attributes, long[] lowest, long[] size);

    public static native int pthread_attr_destroy(long attributes);

    /** Address of the first place where {@code needle} is, or 0. */
    public static native long memmem(long haystack, long haystackLength, long needle, long needleLength);
}
