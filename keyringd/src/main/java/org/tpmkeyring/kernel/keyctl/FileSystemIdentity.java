// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.kernel.keyctl;

import org.tpmkeyring.concurrent.NativeThread;
import org.tpmkeyring.kernel.KernelException;
import org.tpmkeyring.kernel.keyctl.binding.LibC;

/**
 * Work of one thread under the file system uid of somebody else. The kernel checks keys and files against
 * that uid, but signals and ptrace against the other three, which stay the daemon's: a thread with a user's
 * real uid could be killed by that user. glibc's setfsuid acts on the calling thread alone (nptl broadcasts
 * setuid and its kin, not this one).
 *
 * <p>While the uid is not 0 the kernel takes the file system capabilities away, too (CAP_DAC_OVERRIDE,
 * CAP_FOWNER and others, capabilities(7)). Supplementary groups stay the daemon's, since setgroups acts on
 * the whole process: a path that only a group of the daemon may search can be searched.
 *
 * <p>Each change of the uid sets the process' dumpable flag to {@code fs.suid_dumpable}, which is not 0 on every
 * machine (kernel/cred.c, commit_creds); the flag is put back at once.
 */
final class FileSystemIdentity {
    private static final int ASK = -1;

    private FileSystemIdentity() {}

    /** The uid that the daemon's keys belong to. */
    static long daemon() {
        return Integer.toUnsignedLong(LibC.getuid());
    }

    /**
     * @throws KernelException EPERM when the daemon may not act for that uid, and whatever the work throws
     */
    static <T> T as(long uid, NativeThread.Work<T, KernelException> work) throws KernelException {
        if (uid == daemon()) {
            return work.run();
        }
        int dumpable = dumpable();
        try {
            take(uid);
            return work.run();
        } finally {
            giveBack(dumpable);
        }
    }

    /** The same with a group, which is left alone where the daemon may not take it (CAP_SETGID). */
    static <T> T as(long uid, int gid, NativeThread.Work<T, KernelException> work) throws KernelException {
        if (uid == daemon()) {
            return work.run();
        }
        try {
            LibC.setfsgid(gid);
            return as(uid, work);
        } finally {
            LibC.setfsgid(LibC.getgid());
        }
    }

    private static void take(long uid) throws KernelException {
        LibC.setfsuid((int) uid);
        if (Integer.toUnsignedLong(LibC.setfsuid(ASK)) != uid) {
            throw Errno.refused(
                    "setfsuid", Errno.EPERM, "keyringd runs as uid " + daemon() + " and cannot act for uid " + uid);
        }
    }

    private static int dumpable() {
        return LibC.prctl(LibC.PR_GET_DUMPABLE, 0, 0, 0, 0);
    }

    private static void giveBack(int dumpable) {
        LibC.setfsuid(LibC.getuid());
        if (dumpable() != dumpable) {
            LibC.prctl(LibC.PR_SET_DUMPABLE, dumpable, 0, 0, 0);
        }
        if (LibC.setfsuid(ASK) != LibC.getuid()) {
            throw new IllegalStateException("the file system uid of the daemon cannot be restored");
        }
    }
}
