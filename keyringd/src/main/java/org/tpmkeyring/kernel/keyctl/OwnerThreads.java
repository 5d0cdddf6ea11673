// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.kernel.keyctl;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.tpmkeyring.concurrent.NativeThread;
import org.tpmkeyring.kernel.KernelException;
import org.tpmkeyring.kernel.keyctl.binding.LibC;

/**
 * Runs calls on a user's files, each on a thread of its own under his file system identity: a path may lie
 * on a file system that never answers (FUSE, NFS), and that must hold up nobody else. A user with calls that
 * hang gets no further ones.
 */
final class OwnerThreads {
    private static final int CALLS_PER_USER = 4;
    private static final int STRINGS_BYTES = 16_384;
    private static final int NOGROUP = 65_534;

    private final Map<Long, Semaphore> calls = new ConcurrentHashMap<>();

    /**
     * @throws KernelException ETIMEDOUT after the deadline, EBUSY when too many calls of this user hang, and
     *     whatever the work throws
     */
    <T> T run(long uid, Duration deadline, NativeThread.Work<T, KernelException> work) throws KernelException {
        Semaphore mine = calls.computeIfAbsent(uid, u -> new Semaphore(CALLS_PER_USER));
        if (!acquired(mine, deadline)) {
            throw Errno.refused("open", Errno.EBUSY, "earlier calls on file systems of uid " + uid + " have no answer");
        }
        NativeThread thread = new NativeThread("fscrypt");
        try {
            return thread.call(KernelException.class, deadline, () -> {
                try {
                    return FileSystemIdentity.as(uid, primaryGroup(uid), work);
                } finally {
                    mine.release();
                }
            });
        } catch (TimeoutException e) {
            throw Errno.refused("ioctl", Errno.ETIMEDOUT, "a file system of uid " + uid + " does not answer");
        } finally {
            thread.close();
        }
    }

    /** Waits for calls that are merely under way. */
    private static boolean acquired(Semaphore calls, Duration deadline) {
        try {
            return calls.tryAcquire(deadline.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Of the password file, nogroup for a uid that is not in it. */
    private static int primaryGroup(long uid) {
        byte[] passwd = new byte[LibC.PASSWD_BYTES];
        byte[] strings = new byte[STRINGS_BYTES];
        long[] found = new long[1];
        int error = LibC.getpwuid_r((int) uid, passwd, strings, strings.length, found);
        if (error != 0 || found[0] == 0) {
            return NOGROUP;
        }
        return ByteBuffer.wrap(passwd).order(ByteOrder.nativeOrder()).getInt(LibC.PASSWD_GID_OFFSET);
    }
}
