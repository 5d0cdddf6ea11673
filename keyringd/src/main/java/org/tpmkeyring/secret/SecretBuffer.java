// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.secret;

import java.lang.ref.Cleaner;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import java.util.function.Function;
import org.tpmkeyring.secret.binding.LibC;

/**
 * The one home of secret bytes: an anonymous mapping of its own outside the Java heap between two guard
 * pages, locked in memory, left out of core dumps, zeroed in forked children, wiped and unmapped on {@link
 * #close()}.
 *
 * <p>Whoever holds one owns it and closes it, unless a method says that it takes ownership. Its contents are
 * not for two threads at a time. After {@code close()} every accessor throws {@link IllegalStateException};
 * closing again does nothing. A close that comes while another thread is inside one of the methods here takes
 * effect when that thread leaves, so it never pulls the memory away from under a native call. A buffer that is
 * forgotten is wiped by a cleaner, which logs the leak.
 *
 * <p>There is no {@code equals}, no copy to the heap and no text form of the contents.
 */
public final class SecretBuffer implements AutoCloseable {
    private static final Cleaner CLEANER = Cleaner.create();

    private final SecretPages pages;
    private final Cleaner.Cleanable cleanable;
    private final int size;

    private SecretBuffer(SecretPages pages, int size) {
        this.pages = pages;
        this.size = size;
        this.cleanable = CLEANER.register(this, pages);
    }

    /**
     * A buffer of zeros.
     *
     * @param sizeBytes at least 1
     * @throws IllegalStateException when memory cannot be had or cannot be locked (RLIMIT_MEMLOCK)
     */
    public static SecretBuffer allocate(int sizeBytes) {
        if (sizeBytes < 1) {
            throw new IllegalArgumentException("a secret has at least 1 byte");
        }
        return new SecretBuffer(SecretPages.map(sizeBytes), sizeBytes);
    }

    /** A buffer that {@code fill} writes into; closed again when that fails. */
    static SecretBuffer filled(int sizeBytes, Consumer<Pin> fill) {
        SecretBuffer made = allocate(sizeBytes);
        try (Pin pin = made.pin()) {
            fill.accept(pin);
            return made;
        } catch (RuntimeException e) {
            made.close();
            throw e;
        }
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
        try (Pin pin = pin()) {
            return use.apply(LibC.view(pin.address(), size));
        }
    }

    /**
     * Address of the first byte, for a native call that begins and ends before this buffer is closed. The
     * caller keeps the buffer reachable until then, as try-with-resources does. Only adapters to native code
     * may call this.
     */
    public long unsafeAddress() {
        try (Pin pin = pin()) {
            return pin.address();
        }
    }

    /** Keeps the pages mapped until the pin is closed, whoever closes the buffer meanwhile. */
    Pin pin() {
        return new Pin(this);
    }

    /** A new buffer with the same contents, or with a part of them. The caller owns it. */
    public SecretBuffer copyOfRange(int from, int length) {
        if (from < 0 || length < 1 || from > size - length) {
            throw outside(from, length);
        }
        try (Pin mine = pin()) {
            return filled(length, copy -> Traces.copy(copy.address(), mine.address() + from, length));
        }
    }

    /** Copies all of {@code source} to {@code offset} in this buffer. */
    public void put(int offset, SecretBuffer source) {
        if (offset < 0 || offset > size - source.size) {
            throw outside(offset, source.size);
        }
        try (Pin mine = pin();
                Pin theirs = source.pin()) {
            Traces.copy(mine.address() + offset, theirs.address(), source.size);
        }
    }

    private IndexOutOfBoundsException outside(int from, int length) {
        return new IndexOutOfBoundsException("range " + from + "+" + length + " of " + size);
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
        pages.closeOnPurpose();
        cleanable.clean();
    }

    @Override
    public String toString() {
        return "<secret, " + size + " bytes>";
    }

    /** A use of the pages that is under way; it also keeps the buffer from the cleaner. */
    static final class Pin implements AutoCloseable {
        private final SecretBuffer buffer;
        private final long address;

        private Pin(SecretBuffer buffer) {
            this.buffer = buffer;
            this.address = buffer.pages.enter();
        }

        long address() {
            return address;
        }

        int size() {
            return buffer.size;
        }

        @Override
        public void close() {
            try {
                buffer.pages.leave();
            } finally {
                Reference.reachabilityFence(buffer);
            }
        }
    }
}
