// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.command;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.tpmkeyring.cli.output.Output;
import org.tpmkeyring.cli.output.SafeText;
import org.tpmkeyring.cli.program.Programs;
import org.tpmkeyring.cli.volume.Undo;

/**
 * Takes back what was done to a volume when a later step fails, or when the process is told to end. In the second case
 * what runs is ended and waited for first, or else it would finish its work after that was taken back.
 */
final class TakingBack {
    /** A call to keyringd may be under way; one that waits for a person is not waited for. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Output output;
    private final Programs programs;
    private final String key;
    private final Undo undo = new Undo();
    private final ReentrantLock working = new ReentrantLock();
    private boolean told;
    private boolean keyUnknown;

    /**
     * @param programs those of the work
     * @param key its name
     */
    TakingBack(Output output, Programs programs, String key) {
        this.output = output;
        this.programs = programs;
        this.key = key;
    }

    /**
     * Does work that is taken back unless all of it succeeds.
     *
     * @param work plans the steps back
     */
    <T> T unless(Function<Undo, T> work) {
        Thread atEnd = new Thread(this::interrupted, "undo");
        Runtime.getRuntime().addShutdownHook(atEnd);
        working.lock();
        try {
            T result = work.apply(undo);
            finish();
            return result;
        } catch (RuntimeException e) {
            takeBack();
            throw e;
        } finally {
            working.unlock();
            leave(atEnd);
        }
    }

    /** The answer about the key was lost: there may be one, which nothing takes back. */
    synchronized void keyIsUnknown() {
        keyUnknown = true;
    }

    private static void leave(Thread atEnd) {
        try {
            Runtime.getRuntime().removeShutdownHook(atEnd);
        } catch (IllegalStateException ending) {
            return;
        }
    }

    private synchronized void finish() {
        undo.forget();
        told = true;
    }

    private void interrupted() {
        programs.end();
        boolean idle = awaitIdle();
        try {
            if (!idle) {
                keyIsUnknown();
            }
            takeBack();
        } finally {
            if (idle) {
                working.unlock();
            }
        }
    }

    private boolean awaitIdle() {
        try {
            return working.tryLock(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private synchronized void takeBack() {
        List<String> left = undo.run();
        if (told) {
            return;
        }
        told = true;
        if (left.isEmpty()) {
            output.note("what had been done is taken back: " + (keyUnknown ? "volume" : "volume, keys")
                    + " and /etc/crypttab are as they were");
        } else {
            output.note("not everything could be taken back, type this yourself:");
            left.forEach(command -> output.note("  " + SafeText.of(command)));
        }
        if (keyUnknown) {
            output.note("whether keyringd made the key meanwhile is not known: tpm-keyring show " + key);
        }
    }
}
