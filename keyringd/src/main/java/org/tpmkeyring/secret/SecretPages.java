// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.secret;

import org.tpmkeyring.secret.binding.ErrnoException;
import org.tpmkeyring.secret.binding.LibC;

/**
 * The mapping behind a {@link SecretBuffer}, apart from it so that a cleaner can reach it. The secret lies at
 * the end of its pages, so that a native function that writes too far runs into the guard page.
 */
final class SecretPages implements Runnable {
    private static final System.Logger LOG = System.getLogger(SecretBuffer.class.getName());
    private static final long PAGE_BYTES = LibC.pageSize();
    /** What vector instructions like best. */
    private static final long ALIGNMENT_BYTES = 16;

    private final long pages;
    private final long length;
    private final long address;
    private int users;
    private boolean closed;
    private boolean released;

    private SecretPages(long pages, long length, int sizeBytes) {
        this.pages = pages;
        this.length = length;
        this.address = pages + (length - sizeBytes) / ALIGNMENT_BYTES * ALIGNMENT_BYTES;
    }

    static SecretPages map(int sizeBytes) {
        long length = (sizeBytes + PAGE_BYTES - 1) / PAGE_BYTES * PAGE_BYTES;
        long guard = mapped(length + 2 * PAGE_BYTES);
        SecretPages made = new SecretPages(guard + PAGE_BYTES, length, sizeBytes);
        try {
            LibC.mprotect(made.pages, length, LibC.PROT_READ_WRITE);
            LibC.mlock(made.pages, length);
            LibC.madvise(made.pages, length, LibC.MADV_DONTDUMP);
            LibC.madvise(made.pages, length, LibC.MADV_WIPEONFORK);
            return made;
        } catch (ErrnoException e) {
            made.unmap();
            throw new IllegalStateException(refusal(e, length), e);
        }
    }

    private static long mapped(long length) {
        try {
            return LibC.mmap(length, LibC.PROT_NONE);
        } catch (ErrnoException e) {
            throw new IllegalStateException(refusal(e, length), e);
        }
    }

    private static String refusal(ErrnoException e, long length) {
        if (!e.call().equals("mlock")) {
            return "no memory for a secret: " + e.getMessage();
        }
        long limit = LibC.memlockLimit();
        return "cannot lock " + length + " bytes for a secret: RLIMIT_MEMLOCK is "
                + (limit < 0 ? "unlimited" : limit + " bytes and used up, raise LimitMEMLOCK= of keyringd.service")
                + ": " + e.getMessage();
    }

    /** Begins a use of the memory, whose address it answers. */
    synchronized long enter() {
        if (closed) {
            throw new IllegalStateException("the secret is closed");
        }
        users++;
        return address;
    }

    synchronized void leave() {
        users--;
        releaseIfUnused();
    }

    synchronized void closeOnPurpose() {
        closed = true;
        releaseIfUnused();
    }

    /** Called once, by the owner's close or by the cleaner when there is no owner any more. */
    @Override
    public synchronized void run() {
        if (!closed) {
            LOG.log(System.Logger.Level.WARNING, "a secret of {0} bytes was never closed, wiping it now", length);
            closed = true;
            users = 0;
        }
        releaseIfUnused();
    }

    private void releaseIfUnused() {
        if (closed && users == 0 && !released) {
            released = true;
            LibC.explicitBzero(pages, length);
            unmap();
        }
    }

    private void unmap() {
        try {
            LibC.munmap(pages - PAGE_BYTES, length + 2 * PAGE_BYTES);
        } catch (ErrnoException e) {
            LOG.log(System.Logger.Level.WARNING, "a wiped page stays mapped: {0}", e.getMessage());
        }
    }
}
