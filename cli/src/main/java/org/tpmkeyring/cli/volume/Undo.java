// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.volume;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.tpmkeyring.protocol.KeyringException;

/**
 * Takes back what was done before something failed, the last first. Once, whoever asks: the thread that met the failure,
 * or the end of a process that was interrupted.
 */
public final class Undo {
    private final Deque<Step> steps = new ArrayDeque<>();

    /**
     * @param byHand what a person types when it fails
     */
    private record Step(String byHand, Runnable action) {}

    /** Plans a step back. It is planned before what it takes back is done, and so copes with that not being done. */
    public synchronized void plan(String byHand, Runnable action) {
        steps.push(new Step(byHand, action));
    }

    /** There is nothing to take back any more. */
    public synchronized void forget() {
        steps.clear();
    }

    /**
     * Takes everything back.
     *
     * @return commands for what could not be taken back
     */
    public synchronized List<String> run() {
        List<String> left = new ArrayList<>();
        while (!steps.isEmpty()) {
            Step step = steps.pop();
            try {
                step.action().run();
            } catch (KeyringException e) {
                left.add(step.byHand());
            }
        }
        return left;
    }
}
