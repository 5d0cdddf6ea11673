// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.vm;

/**
 * How a script in a guest ended.
 *
 * @param script what was run, in the guest's bash
 * @param status exit status; 124 and 137 when it was ended for lack of time
 * @param output standard output without the line breaks at its end
 * @param errors standard error, the same
 */
record Answer(String script, int status, String output, String errors) {
    /**
     * @return standard output
     * @throws AssertionError when it ended with anything but 0
     */
    String ok() {
        return endedWith(0).output;
    }

    /**
     * @return this
     * @throws AssertionError when it ended with another status
     */
    Answer endedWith(int expected) {
        if (status != expected) {
            throw new AssertionError(this + "\n(" + expected + " was expected)");
        }
        return this;
    }

    /** Both streams, since a person sees both. */
    String text() {
        return (output + "\n" + errors).strip();
    }

    @Override
    public String toString() {
        return "$ " + script + "\n" + text() + "\n(exit status " + status + ")";
    }
}
