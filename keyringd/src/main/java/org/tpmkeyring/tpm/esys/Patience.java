// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.tpm.esys;

/**
 * Knows whether a call that nobody waits for any more still blocks the thread: then the next caller is told at
 * once instead of waiting out a deadline of his own. Safe for several threads.
 */
final class Patience {
    private Turn late;

    /** One call, from its place in the queue to its end. */
    final class Turn {
        private boolean running;
        private boolean givenUp;

        private Turn() {}

        /** The thread has come to it; false when it need not be done any more. */
        boolean begin() {
            synchronized (Patience.this) {
                running = !givenUp;
                return running;
            }
        }

        void end() {
            synchronized (Patience.this) {
                running = false;
                if (late == this) {
                    late = null;
                }
            }
        }

        /** Its caller waits no longer. */
        void giveUp() {
            synchronized (Patience.this) {
                givenUp = true;
                if (running) {
                    late = this;
                }
            }
        }
    }

    Turn newTurn() {
        return new Turn();
    }

    synchronized boolean isExhausted() {
        return late != null;
    }
}
