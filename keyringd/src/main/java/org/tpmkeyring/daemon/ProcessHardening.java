// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.daemon;

import org.tpmkeyring.daemon.binding.ProcessCalls;

/** What the process gives up before it holds the first secret. */
final class ProcessHardening {
    /** Test builds that look into the process's memory or attach a debugger set this to {@code true}. */
    private static final String DUMPABLE_PROPERTY = "tpmkeyring.dumpable";

    private static final int OWNER_ONLY = 077;

    private ProcessHardening() {}

    /**
     * No core dump and no ptrace by the same uid (PR_SET_DUMPABLE 0, for the whole process); nothing that is
     * executed gains privileges (PR_SET_NO_NEW_PRIVS: the children of the daemon only ever drop them), which
     * holds for this thread and those it begins, so for all but the JVM's own; new files are the owner's alone.
     *
     * <p>The kernel sets dumpable to {@code fs.suid_dumpable} whenever a thread changes its file system uid
     * (commit_creds in kernel/cred.c); what acts for users puts it back at once.
     *
     * @throws IllegalStateException when the kernel refuses
     */
    static void apply() {
        if (!Boolean.getBoolean(DUMPABLE_PROPERTY)) {
            require("PR_SET_DUMPABLE", ProcessCalls.control(ProcessCalls.PR_SET_DUMPABLE, 0));
        }
        require("PR_SET_NO_NEW_PRIVS", ProcessCalls.control(ProcessCalls.PR_SET_NO_NEW_PRIVS, 1));
        ProcessCalls.umask(OWNER_ONLY);
    }

    private static void require(String what, int result) {
        if (result < 0) {
            throw new IllegalStateException("prctl(" + what + ") failed with error " + -result);
        }
    }
}
