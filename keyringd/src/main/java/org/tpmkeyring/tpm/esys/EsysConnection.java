// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.tpm.esys;

import java.lang.ref.Reference;
import java.time.Duration;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.tpmkeyring.tpm.esys.binding.Esys;
import org.tpmkeyring.tpm.esys.binding.TctiLdr;

/**
 * One ESYS context over one TCTI. Belongs to the thread that opened it. After a transport error the context is
 * of no more use: {@link #isBroken()}.
 */
final class EsysConnection implements AutoCloseable {
    private static final short TPM_SU_CLEAR = 0;

    private final long[] tcti;
    private final long[] context;
    private final StackSweep stack = StackSweep.ofThisThread();
    private boolean broken;

    private EsysConnection(long[] tcti, long[] context) {
        this.tcti = tcti;
        this.context = context;
    }

    /** One call of an {@code Esys_*} function that talks to the TPM. */
    @FunctionalInterface
    interface Command {
        int run(long context);
    }

    /**
     * Connects. Sends nothing to the TPM.
     *
     * @param nameConf TCTI string
     */
    static EsysConnection open(String nameConf) throws TpmCodeException {
        long[] tcti = {0};
        check(TctiLdr.Tss2_TctiLdr_Initialize(nameConf, tcti), "connect");
        long[] context = {0};
        int rc = Esys.Esys_Initialize(context, tcti[0], 0);
        if (rc != 0) {
            TctiLdr.Tss2_TctiLdr_Finalize(tcti);
            check(rc, "connect");
        }
        return new EsysConnection(tcti, context);
    }

    /**
     * Runs a command, and again as long as the TPM says that it is busy.
     *
     * @param name such as {@code TPM2_Load}, for messages
     */
    void run(String name, Command command) throws TpmCodeException {
        RetryBudget budget = new RetryBudget(System::nanoTime, RandomGenerator.getDefault());
        while (true) {
            ReturnCode code = new ReturnCode(invoke(command));
            if (code.isSuccess()) {
                return;
            }
            broken |= code.reaction() == Reaction.RECONNECT;
            Optional<Duration> pause =
                    code.reaction() == Reaction.RESEND ? budget.next(Reaction.RESEND) : Optional.empty();
            if (pause.isEmpty()) {
                throw new TpmCodeException(code, name);
            }
            Pause.sleep(pause.get());
        }
    }

    /** What a command refers to must stay where it is while native code uses its address. */
    private int invoke(Command command) {
        try {
            return command.run(context[0]);
        } finally {
            Reference.reachabilityFence(command);
        }
    }

    /** TPM2_Startup(CLEAR), for a TPM that no firmware and no kernel has started. */
    void startUp() throws TpmCodeException {
        run("TPM2_Startup", ctx -> Esys.Esys_Startup(ctx, TPM_SU_CLEAR));
    }

    /** The ESYS_CONTEXT, for calls that do not talk to the TPM. */
    long context() {
        return context[0];
    }

    /** The stack of the thread that this connection belongs to. */
    StackSweep stack() {
        return stack;
    }

    /** Whether it can only be closed. */
    boolean isBroken() {
        return broken;
    }

    static void check(int rc, String what) throws TpmCodeException {
        if (rc != 0) {
            throw new TpmCodeException(new ReturnCode(rc), what);
        }
    }

    /** Disconnects. What was left in a TPM without resource manager stays there. */
    @Override
    public void close() {
        Esys.Esys_Finalize(context);
        TctiLdr.Tss2_TctiLdr_Finalize(tcti);
    }
}
