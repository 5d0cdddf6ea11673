// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.session;

/**
 * The processes that opened sessions. Safe for use from any thread.
 *
 * <p>A process is held, not remembered by its number: another one that gets the number later is never taken for it.
 */
public interface SessionProcesses extends AutoCloseable {
    /** How sure it is that the process is the one that opened the session. */
    enum Found {
        /** It is the very process. */
        SAME,
        /** A process of this number is there; a daemon that is started again may not be able to tell more. */
        LIKELY,
        /** It ended. */
        GONE
    }

    /**
     * Holds a process until it ends or is let go.
     *
     * @param lease by which it is let go, and found by a daemon that is started again
     * @param process its pid
     * @param ended run once, on a thread that must not be held up, when it ends; not after {@link #release}
     * @return GONE when there is no such process, and nothing is held then
     * @throws IllegalStateException when this system cannot hold processes
     */
    Found hold(String lease, int process, Runnable ended);

    /** Lets a process go. Nothing happens when it is not held. */
    void release(String lease);

    /** Lets all go. */
    @Override
    void close();
}
