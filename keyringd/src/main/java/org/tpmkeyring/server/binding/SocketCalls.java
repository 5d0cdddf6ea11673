// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.server.binding;

import com.sun.jna.LastErrorException;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import java.nio.ByteBuffer;

/**
 * recv(2), send(2) and shutdown(2) on a descriptor and an address. jnr-unixsocket reads and writes through a
 * heap buffer of its own (impl/Common.java), which would leave copies of secrets on the heap.
 *
 * <p>Every call answers the way the kernel does: a result from 0, or the negated error number.
 */
public final class SocketCalls {
    /** include/linux/socket.h. */
    public static final int MSG_PEEK = 0x2;

    public static final int MSG_DONTWAIT = 0x40;
    public static final int MSG_NOSIGNAL = 0x4000;

    /** include/linux/net.h. */
    public static final int SHUT_RD = 0;

    public static final int SHUT_RDWR = 2;

    /** include/uapi/asm-generic/errno-base.h. */
    public static final int EINTR = 4;

    public static final int EAGAIN = 11;

    static {
        Native.register(SocketCalls.class, "c");
    }

    private SocketCalls() {}

    private static native long recv(int socket, long address, long length, int flags) throws LastErrorException;

    private static native long send(int socket, long address, long length, int flags) throws LastErrorException;

    private static native int shutdown(int socket, int how) throws LastErrorException;

    private static native int getpeername(int socket, byte[] address, int[] length) throws LastErrorException;

    /**
     * getpeername(2).
     *
     * @param address takes a {@code struct sockaddr_un}
     * @param length its size; afterwards the length of the address
     */
    public static int peerName(int socket, byte[] address, int[] length) {
        try {
            return getpeername(socket, address, length);
        } catch (LastErrorException e) {
            return -e.getErrorCode();
        }
    }

    /** recv(2); 0 is the end of the stream. */
    public static long receive(int socket, long address, long length, int flags) {
        try {
            return recv(socket, address, length, flags);
        } catch (LastErrorException e) {
            return -e.getErrorCode();
        }
    }

    /** send(2), without SIGPIPE. */
    public static long transmit(int socket, long address, long length) {
        try {
            return send(socket, address, length, MSG_NOSIGNAL);
        } catch (LastErrorException e) {
            return -e.getErrorCode();
        }
    }

    /** shutdown(2): wakes whoever waits in a call on the socket, and leaves the descriptor his. */
    public static int shutDown(int socket, int how) {
        try {
            return shutdown(socket, how);
        } catch (LastErrorException e) {
            return -e.getErrorCode();
        }
    }

    /** Address of the first byte of a direct buffer, valid as long as the buffer is reachable. */
    public static long address(ByteBuffer direct) {
        return Pointer.nativeValue(Native.getDirectBufferPointer(direct));
    }
}
