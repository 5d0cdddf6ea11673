// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.tpm.esys;

import org.tpmkeyring.secret.SecretBuffer;
import org.tpmkeyring.secret.binding.LibC;
import org.tpmkeyring.tpm.esys.binding.CMemory;
import org.tpmkeyring.tpm.esys.binding.ThreadStack;

/**
 * Wipes the copy of a response that tpm2-tss leaves on the stack of the calling thread: iesys_decrypt_param in
 * esys_iutil.c (3.2 and 4.x) decrypts into a local array and returns without clearing it. The place is not known, so
 * the bytes are searched for, in that part of the stack that Java code without recursion can have reached. The guard
 * pages of the JVM are at the other end.
 */
final class StackSweep {
    /** Shorter ones could be found where they are something else; 16 bytes are not the same by chance. */
    private static final int SHORTEST_BYTES = 16;

    private static final long SWEPT_BYTES = 256 * 1024L;
    private static final int ATTRIBUTES_BYTES = 256;

    private final long from;
    private final long length;

    private StackSweep(long from, long length) {
        this.from = from;
        this.length = length;
    }

    /** For the thread that calls this, and only ever to be used by it. */
    static StackSweep ofThisThread() {
        CMemory attributes = CMemory.zeroed(ATTRIBUTES_BYTES);
        long[] lowest = {0};
        long[] size = {0};
        int rc = ThreadStack.pthread_getattr_np(ThreadStack.pthread_self(), attributes.address());
        if (rc == 0) {
            rc = ThreadStack.pthread_attr_getstack(attributes.address(), lowest, size)
                    | ThreadStack.pthread_attr_destroy(attributes.address());
        }
        if (rc != 0) {
            throw new IllegalStateException("the stack of this thread is not known: errno " + rc);
        }
        long length = Math.min(SWEPT_BYTES, size[0] / 2);
        return new StackSweep(lowest[0] + size[0] - length, length);
    }

    /** Wipes every copy of a secret of at least 16 bytes; does nothing for a shorter one. */
    void wipeCopiesOf(SecretBuffer secret) {
        if (secret.size() < SHORTEST_BYTES) {
            return;
        }
        long needle = secret.unsafeAddress();
        long found = ThreadStack.memmem(from, length, needle, secret.size());
        while (found != 0) {
            LibC.explicitBzero(found, secret.size());
            found = ThreadStack.memmem(from, length, needle, secret.size());
        }
    }
}
