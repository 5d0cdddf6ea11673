// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.session.linux.binding;

import com.sun.jna.LastErrorException;
import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import java.util.ArrayList;
import java.util.List;

/**
 * pidfd_open(2), poll(2) and eventfd(2).
 *
 * <p>Every call answers the way the kernel does: a result from 0, or the negated error number.
 */
public final class PidfdCalls {
    /** include/uapi/asm-generic/errno-base.h. */
    public static final int ESRCH = 3;

    /** include/uapi/asm-generic/unistd.h; the same on every architecture. */
    private static final long SYS_PIDFD_OPEN = 434;

    private static final int EFD_CLOEXEC = 0x80000;
    private static final int F_SETFD = 2;
    private static final int FD_CLOEXEC = 1;
    private static final short POLLIN = 1;
    private static final int POLLFD_BYTES = 8;
    private static final int EVENTS_OFFSET = 4;
    private static final int REVENTS_OFFSET = 6;

    static {
        Native.register(PidfdCalls.class, "c");
    }

    private PidfdCalls() {}

    private static native long syscall(long number, long first, long second) throws LastErrorException;

    private static native int poll(long descriptors, long count, int timeoutMillis) throws LastErrorException;

    private static native int eventfd(int value, int flags) throws LastErrorException;

    private static native int eventfd_write(int event, long value) throws LastErrorException;

    private static native int eventfd_read(int event, long[] value) throws LastErrorException;

    private static native int fcntl(int descriptor, int command, int argument) throws LastErrorException;

    private static native int close(int descriptor) throws LastErrorException;

    /** A system call as JNA reports it. */
    @FunctionalInterface
    private interface Call {
        long run() throws LastErrorException;
    }

    private static int result(Call call) {
        try {
            return (int) call.run();
        } catch (LastErrorException e) {
            return -e.getErrorCode();
        }
    }

    /** pidfd_open(2): a descriptor that becomes readable when the process ends, closed on exec. */
    public static int open(int process) {
        return result(() -> syscall(SYS_PIDFD_OPEN, process, 0));
    }

    /** Keeps a descriptor that was passed to this process from programs that are executed. */
    public static int closeOnExec(int descriptor) {
        return result(() -> fcntl(descriptor, F_SETFD, FD_CLOEXEC));
    }

    /** eventfd(2): readable after {@link #raise}, until {@link #lower}. */
    public static int newEvent() {
        return result(() -> eventfd(0, EFD_CLOEXEC));
    }

    public static int raise(int event) {
        return result(() -> eventfd_write(event, 1));
    }

    public static int lower(int event) {
        return result(() -> eventfd_read(event, new long[1]));
    }

    /**
     * Waits until a descriptor is readable or of no more use.
     *
     * @return those of which that is so; empty when a signal came first
     */
    public static List<Integer> awaitAny(List<Integer> descriptors) {
        try (Memory all = new Memory((long) POLLFD_BYTES * descriptors.size())) {
            all.clear();
            for (int i = 0; i < descriptors.size(); i++) {
                all.setInt((long) POLLFD_BYTES * i, descriptors.get(i));
                all.setShort((long) POLLFD_BYTES * i + EVENTS_OFFSET, POLLIN);
            }
            long address = Pointer.nativeValue(all);
            int ready = result(() -> poll(address, descriptors.size(), -1));
            List<Integer> readable = new ArrayList<>();
            for (int i = 0; ready > 0 && i < descriptors.size(); i++) {
                if (all.getShort((long) POLLFD_BYTES * i + REVENTS_OFFSET) != 0) {
                    readable.add(descriptors.get(i));
                }
            }
            return readable;
        }
    }

    public static int closeDescriptor(int descriptor) {
        return result(() -> close(descriptor));
    }
}
