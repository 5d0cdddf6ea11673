// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.tpm.esys;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.random.RandomGenerator;
import org.tpmkeyring.concurrent.NativeThread;
import org.tpmkeyring.concurrent.Pulse;
import org.tpmkeyring.tpm.TpmException;
import org.tpmkeyring.tpm.esys.binding.Tss2Libraries;

/**
 * The one thread that owns the connection, and what is done when something goes wrong on it: connecting at the
 * first use, connecting again once after the TPM went away, trying again what may yet succeed, and words for what
 * did not.
 */
final class TpmLink implements AutoCloseable, Pulse {
    private static final System.Logger LOG = System.getLogger(TpmLink.class.getName());

    private final String nameConf;
    private final Duration deadline;
    private final NativeThread thread = new NativeThread("tpm");
    private final Patience patience = new Patience();
    private final Arrival arrival;
    private EsysConnection connection;

    /**
     * @param nameConf TCTI string
     * @param deadline for each call, waiting for its turn included
     */
    TpmLink(String nameConf, Duration deadline) {
        this.nameConf = nameConf;
        this.deadline = deadline;
        this.arrival = new Arrival(nameConf);
    }

    /** Work on the thread. It may be run several times and leaves nothing in the TPM. */
    @FunctionalInterface
    interface Operation<T> {
        T run(EsysConnection connection) throws TpmException, TpmCodeException;
    }

    <T> T call(Operation<T> operation) throws TpmException {
        if (patience.isExhausted()) {
            throw unavailable("it has not answered an earlier call yet");
        }
        Patience.Turn turn = patience.newTurn();
        try {
            return thread.call(TpmException.class, deadline, () -> {
                if (!turn.begin()) {
                    throw unavailable("the call was given up");
                }
                try {
                    return insist(operation);
                } finally {
                    turn.end();
                }
            });
        } catch (TimeoutException e) {
            turn.giveUp();
            throw unavailable("no answer within " + deadline.toSeconds() + " s");
        }
    }

    private <T> T insist(Operation<T> operation) throws TpmException {
        RetryBudget budget = new RetryBudget(System::nanoTime, RandomGenerator.getDefault());
        while (true) {
            try {
                return operation.run(connected());
            } catch (TpmCodeException e) {
                Optional<Duration> pause =
                        e.reaction() == Reaction.RESEND ? Optional.empty() : budget.next(e.reaction());
                if (pause.isEmpty()) {
                    throw answer(e);
                }
                LOG.log(System.Logger.Level.DEBUG, "trying again", e);
                prepare(e.reaction());
                Pause.sleep(pause.get());
            } finally {
                dropIfBroken();
            }
        }
    }

    private EsysConnection connected() throws TpmException {
        if (connection != null) {
            return connection;
        }
        try {
            Tss2Libraries.loadAll();
            arrival.await();
            connection = EsysConnection.open(nameConf);
            return connection;
        } catch (Tss2Libraries.Missing e) {
            throw new TpmException.Unavailable(nameConf, e.getMessage(), e);
        } catch (TpmCodeException e) {
            throw Unreachable.explain(nameConf, e);
        }
    }

    private void prepare(Reaction reaction) throws TpmException {
        if (reaction == Reaction.START_UP) {
            LOG.log(System.Logger.Level.WARNING, "the TPM was reset and nobody started it up, doing so");
            try {
                connected().startUp();
            } catch (TpmCodeException e) {
                throw answer(e);
            }
        }
        if (reaction == Reaction.STALE_HANDLE) {
            disconnect();
        }
    }

    private TpmException answer(TpmCodeException failure) {
        return switch (failure.reaction()) {
            case POLICY_FAILED -> new TpmException.PcrMismatch();
            case NOT_OURS ->
                new TpmException.ForeignObject(
                        "this TPM cannot open it: another one sealed it, this one was cleared since, or it was changed");
            case RECONNECT -> unavailable("the connection broke, " + failure.meaning());
            case RESEND -> unavailable("it stayed busy, " + failure.meaning());
            case IN_LOCKOUT -> new TpmException.InLockout(lockoutRecovery());
            default -> new TpmException.UnexpectedCode(failure.code().asLong(), failure.command(), failure.meaning());
        };
    }

    private Duration lockoutRecovery() {
        try {
            return new Capabilities(connected()).lockoutRecovery();
        } catch (TpmException | TpmCodeException e) {
            LOG.log(System.Logger.Level.DEBUG, "the length of the lockout is not known", e);
            return Duration.ZERO;
        }
    }

    private TpmException.Unavailable unavailable(String reason) {
        return new TpmException.Unavailable(nameConf, reason, null);
    }

    private void dropIfBroken() {
        if (connection != null && connection.isBroken()) {
            disconnect();
        }
    }

    private void disconnect() {
        if (connection != null) {
            connection.close();
            connection = null;
        }
    }

    @Override
    public Duration silence() {
        return thread.silence();
    }

    /** Waits for the call under way and disconnects. */
    @Override
    public void close() {
        try {
            thread.<Boolean, RuntimeException>call(RuntimeException.class, deadline, () -> {
                disconnect();
                return true;
            });
        } catch (TimeoutException | IllegalStateException e) {
            LOG.log(System.Logger.Level.DEBUG, "the connection was not closed in order", e);
        }
        thread.close();
    }
}
