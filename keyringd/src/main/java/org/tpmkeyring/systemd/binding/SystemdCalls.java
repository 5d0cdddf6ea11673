// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.systemd.binding;

import com.sun.jna.Native;

/** sd_pid_notify_with_fds(3) of libsystemd. Loading this class fails with a LinkageError where that is not there. */
public final class SystemdCalls {
    static {
        Native.register(SystemdCalls.class, "libsystemd.so.0");
    }

    private SystemdCalls() {}

    /**
     * @param pid 0 for this process
     * @param unsetEnvironment 0 to keep NOTIFY_SOCKET for the next call
     * @return above 0 when it was sent, 0 without service manager, or a negated error number
     */
    public static native int sd_pid_notify_with_fds(
            int pid, int unsetEnvironment, String state, int[] descriptors, int count);
}
