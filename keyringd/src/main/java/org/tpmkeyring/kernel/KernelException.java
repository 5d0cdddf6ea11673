// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.kernel;

/** A system call that the kernel refused. */
public final class KernelException extends Exception {
    private static final long serialVersionUID = 1L;

    private final String call;
    private final int errno;

    /**
     * @param call what was called, such as {@code add_key}
     * @param errno error number of errno(3)
     * @param reason one clause for people, naming the errno symbol
     */
    public KernelException(String call, int errno, String reason) {
        super(reason);
        this.call = call;
        this.errno = errno;
    }

    public String call() {
        return call;
    }

    public int errno() {
        return errno;
    }
}
