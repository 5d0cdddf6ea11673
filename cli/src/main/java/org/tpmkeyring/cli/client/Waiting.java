// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.client;

/** Is told when an answer is slow, so that a person sees that something goes on. */
public interface Waiting {
    /** Nothing to tell anybody. */
    Waiting SILENT = new Waiting() {
        @Override
        public void slow() {}

        @Override
        public void over() {}
    };

    /** The answer is not there after a second. Called on another thread, at most once a step. */
    void slow();

    /** The wait that was slow has ended, one way or the other. */
    void over();
}
