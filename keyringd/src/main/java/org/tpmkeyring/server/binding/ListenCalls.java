// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.server.binding;

import com.sun.jna.LastErrorException;
import com.sun.jna.Native;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * accept4(2), poll(2), eventfd(2) and what else a listening socket that was passed to the process needs.
 *
 * <p>Every call answers the way the kernel does: a result from 0, or the negated error number.
 */
public final class ListenCalls {
    /** include/uapi/asm-generic/socket.h. */
    public static final int SO_TYPE = 3;

    public static final int SO_ACCEPTCONN = 30;
    public static final int SO_DOMAIN = 39;

    /** include/linux/socket.h and include/linux/net.h. */
    public static final int AF_UNIX = 1;

    public static final int SOCK_STREAM = 1;

    /** include/uapi/asm-generic/errno.h. */
    public static final int ECONNABORTED = 103;

    private static final int SOL_SOCKET = 1;
    private static final int SOCK_CLOEXEC = 0x80000;
    private static final int EFD_CLOEXEC = 0x80000;
    private static final int F_SETFD = 2;
    private static final int FD_CLOEXEC = 1;
    private static final short POLLIN = 1;
    private static final int POLLFD_BYTES = 8;
    private static final int REVENTS_OFFSET = 6;
    private static final int SOCKADDR_BYTES = 110;
    private static final int PATH_OFFSET = 2;

    static {
        Native.register(ListenCalls.class, "c");
    }

    private ListenCalls() {}

    private static native int accept4(int socket, long address, long length, int flags) throws LastErrorException;

    private static native int poll(long descriptors, long count, int timeoutMillis) throws LastErrorException;

    private static native int eventfd(int value, int flags) throws LastErrorException;

    private static native int eventfd_write(int event, long value) throws LastErrorException;

    private static native int getsockopt(int socket, int level, int option, int[] value, int[] length)
            throws LastErrorException;

    private static native int getsockname(int socket, byte[] address, int[] length) throws LastErrorException;

    private static native int fcntl(int descriptor, int command, int argument) throws LastErrorException;

    private static native int close(int descriptor) throws LastErrorException;

    /** A system call as JNA reports it. */
    @FunctionalInterface
    private interface Call {
        int run() throws LastErrorException;
    }

    private static int result(Call call) {
        try {
            return call.run();
        } catch (LastErrorException e) {
            return -e.getErrorCode();
        }
    }

    /** accept4(2) with SOCK_CLOEXEC: a connected socket that the caller owns. */
    public static int accept(int socket) {
        return result(() -> accept4(socket, 0, 0, SOCK_CLOEXEC));
    }

    /** getsockopt(2) at SOL_SOCKET, of an option that is a number from 0. */
    public static int option(int socket, int option) {
        int[] value = {0};
        int[] length = {Integer.BYTES};
        int error = result(() -> getsockopt(socket, SOL_SOCKET, option, value, length));
        return error < 0 ? error : value[0];
    }

    /** getsockname(2): the path a unix socket is bound to; empty when it has none. */
    public static String path(int socket) {
        byte[] address = new byte[SOCKADDR_BYTES];
        int[] length = {address.length};
        if (result(() -> getsockname(socket, address, length)) < 0) {
            return "";
        }
        int end = PATH_OFFSET;
        while (end < Math.min(length[0], address.length) && address[end] != 0) {
            end++;
        }
        return new String(address, PATH_OFFSET, end - PATH_OFFSET, StandardCharsets.UTF_8);
    }

    /** Keeps a descriptor from programs that are executed. */
    public static int closeOnExec(int descriptor) {
        return result(() -> fcntl(descriptor, F_SETFD, FD_CLOEXEC));
    }

    /** eventfd(2): a descriptor that becomes readable by {@link #raise}, for good. */
    public static int newEvent() {
        return result(() -> eventfd(0, EFD_CLOEXEC));
    }

    public static int raise(int event) {
        return result(() -> eventfd_write(event, 1));
    }

    /**
     * Waits until one of two descriptors has something to read, or is of no more use.
     *
     * @return that descriptor, the second if both have
     */
    public static int awaitEither(int first, int second) {
        ByteBuffer both = ByteBuffer.allocateDirect(2 * POLLFD_BYTES).order(ByteOrder.nativeOrder());
        both.putInt(first).putShort(POLLIN).putShort((short) 0);
        both.putInt(second).putShort(POLLIN).putShort((short) 0);
        long address = SocketCalls.address(both);
        int ready = result(() -> poll(address, 2, -1));
        if (ready < 0) {
            return ready;
        }
        return both.getShort(POLLFD_BYTES + REVENTS_OFFSET) == 0 ? first : second;
    }

    public static int closeDescriptor(int descriptor) {
        return result(() -> close(descriptor));
    }
}
