// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.secret;

import java.lang.ref.Cleaner;
import java.nio.ByteBuffer;
import java.util.function.Function;
import org.tpmkeyring.secret.binding.LibC;

/**
 * The one home of secret bytes: an anonymous mapping of its own outside the Java heap, locked in memory,
 * left out of core dumps, zeroed in forked children, wiped and unmapped on {@link #close()}.
 *
 * <p>Whoever holds one owns it and closes it, unless a method says that it takes ownership. Not for use by
 * two threads at a time. After {@code close()} every accessor throws {@link IllegalStateException};
 * closing again does nothing. A buffer that is forgotten is wiped by a cleaner, which logs the leak.
 *
 * <p>There is no {@code equals}, no copy to the heap and no text form of the contents.
 */
public final class SecretBuffer implements AutoCloseable {
    private static final Cleaner CLEANER = Cleaner.create();
    private static final long PAGE_BYTES = 4096;

    private final Mapping mapping;
    private final Cleaner.Cleanable cleanable;
    private final int size;

    private SecretBuffer(Mapping mapping, int size) {
        this.mapping = mapping;
        this.size = size;
        this.cleanable = CLEANER.register(this, mapping);
    }

    /**
     * A buffer of zeros.
     *
     * @param sizeBytes at least 1
     * @throws IllegalStateException when memory cannot be locked (RLIMIT_MEMLOCK)
     */
    public static SecretBuffer allocate(int sizeBytes) {
        if (sizeBytes < 1) {
            throw new IllegalArgumentException("a secret has at least 1 byte");
        }
        return new SecretBuffer(Mapping.make((sizeBytes + PAGE_BYTES - 1) / PAGE_BYTES * PAGE_BYTES), sizeBytes);
    }

    /** Length in bytes. */
    public int size() {
        return size;
    }

    /**
     * Lets {@code use} see the bytes through a direct buffer that is valid during the call only. The
     * callback may not keep the buffer nor copy it into an array.
     */
    public <T> T withBytes(Function<ByteBuffer, T> use) {
        return use.apply(LibC.view(unsafeAddress(), size));
    }

    /**
     * Address of the first byte, for a native call that begins and ends before this buffer is closed. Only
     * adapters to native code may call this.
     */
    public long unsafeAddress() {
        return mapping.address();
    }

    /** A new buffer with the same contents, or with a part of them. The caller owns it. */
    public SecretBuffer copyOfRange(int from, int length) {
        if (from < 0 || length < 1 || from > size - length) {
            throw new IndexOutOfBoundsException("range " + from + "+" + length + " of " + size);
        }
        SecretBuffer copy = allocate(length);
        LibC.memcpy(copy.unsafeAddress(), unsafeAddress() + from, length);
        return copy;
    }

    /** Copies all of {@code source} to {@code offset} in this buffer. */
    public void put(int offset, SecretBuffer source) {
        if (offset < 0 || offset > size - source.size) {
            throw new IndexOutOfBoundsException("range " + offset + "+" + source.size + " of " + size);
        }
        LibC.memcpy(unsafeAddress() + offset, source.unsafeAddress(), source.size);
    }

    /** Compares contents in a time that depends on the length alone. */
    public boolean constantTimeEquals(SecretBuffer other) {
        if (size != other.size) {
            return false;
        }
        return withBytes(mine -> other.withBytes(theirs -> {
            int difference = 0;
            for (int i = 0; i < size; i++) {
                difference |= mine.get(i) ^ theirs.get(i);
            }
            return difference == 0;
        }));
    }

    /** Wipes and unmaps. Idempotent, throws nothing. */
    @Override
    public void close() {
        mapping.closedOnPurpose();
        cleanable.clean();
    }

    @Override
    public String toString() {
        return "<secret, " + size + " bytes>";
    }

    /** The mapping, apart from its owner so that the cleaner can reach it. */
    private static final class Mapping implements Runnable {
        private static final System.Logger LOG = System.getLogger(SecretBuffer.class.getName());

        private final long address;
        private final long length;
        private volatile boolean closed;

        private Mapping(long address, long length) {
            this.address = address;
            this.length = length;
        }

        static Mapping make(long length) {
            try {
                long address = LibC.mmap(
                        0, length, LibC.PROT_READ | LibC.PROT_WRITE, LibC.MAP_PRIVATE | LibC.MAP_ANONYMOUS, -1, 0);
                Mapping mapping = new Mapping(address, length);
                mapping.lock();
                return mapping;
            } catch (com.sun.jna.LastErrorException e) {
                throw new IllegalStateException("no memory for a secret: errno " + e.getErrorCode(), e);
            }
        }

        private void lock() {
            try {
                LibC.mlock(address, length);
                LibC.madvise(address, length, LibC.MADV_DONTDUMP);
                LibC.madvise(address, length, LibC.MADV_WIPEONFORK);
            } catch (RuntimeException e) {
                LibC.munmap(address, length);
                throw e;
            }
        }

        long address() {
            if (closed) {
                throw new IllegalStateException("the secret is closed");
            }
            return address;
        }

        void closedOnPurpose() {
            closed = true;
        }

        @Override
        public void run() {
            if (!closed) {
                LOG.log(System.Logger.Level.WARNING, "a secret was never closed, wiping it now");
                closed = true;
            }
            LibC.explicit_bzero(address, length);
            LibC.munmap(address, length);
        }
    }
}
