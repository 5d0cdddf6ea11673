// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.service;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.tpmkeyring.protocol.value.PcrSelection;
import org.tpmkeyring.secret.SecretBuffer;
import org.tpmkeyring.tpm.PcrValues;
import org.tpmkeyring.tpm.SealedObject;
import org.tpmkeyring.tpm.SelfTestReport;
import org.tpmkeyring.tpm.Tpm;
import org.tpmkeyring.tpm.TpmException;
import org.tpmkeyring.tpm.TpmProperty;
import org.tpmkeyring.tpm.TpmSnapshot;

/** A TPM that counts calls, and that can be made to hold what it unseals next until it is let go. */
final class GatedTpm implements Tpm {
    private final Tpm tpm;
    private final AtomicInteger calls = new AtomicInteger();
    private final List<TpmProperty> told = new CopyOnWriteArrayList<>();
    private volatile Gate gate;
    private volatile RuntimeException crashBeforeExtend;
    private volatile RuntimeException crashAfterExtend;
    private volatile boolean answerLost;

    GatedTpm(Tpm tpm) {
        this.tpm = tpm;
    }

    /** A held unseal. */
    static final class Gate {
        private final CountDownLatch reached = new CountDownLatch(1);
        private final CountDownLatch opened = new CountDownLatch(1);

        /** Waits until an unseal is held. */
        void awaitReached() {
            await(reached);
        }

        void open() {
            opened.countDown();
        }

        private static void await(CountDownLatch latch) {
            try {
                if (!latch.await(30, TimeUnit.SECONDS)) {
                    throw new AssertionError("nobody came in 30 s");
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new AssertionError(e);
            }
        }
    }

    /** Holds the answer to the next unseal, and only that. */
    Gate holdNextUnseal() {
        gate = new Gate();
        return gate;
    }

    /** Lets the daemon die before the next extension reaches the TPM. */
    void crashBeforeExtend(RuntimeException death) {
        crashBeforeExtend = death;
    }

    /** Lets the daemon die when the TPM has done the next extension. */
    void crashAfterExtend(RuntimeException death) {
        crashAfterExtend = death;
    }

    /** The TPM does the next extension, and nobody hears of it. */
    void loseNextAnswer() {
        answerLost = true;
    }

    /** Makes the TPM tell this of itself, too. */
    void tells(TpmProperty property) {
        told.add(property);
    }

    /** Calls so far that would have needed the TPM. */
    int calls() {
        return calls.get();
    }

    @Override
    public SecretBuffer unseal(SealedObject object) throws TpmException {
        calls.incrementAndGet();
        SecretBuffer unsealed = tpm.unseal(object);
        Gate held = gate;
        if (held != null) {
            gate = null;
            held.reached.countDown();
            Gate.await(held.opened);
        }
        return unsealed;
    }

    @Override
    public SealedObject seal(SecretBuffer secret, PcrValues values) throws TpmException {
        calls.incrementAndGet();
        return tpm.seal(secret, values);
    }

    @Override
    public SealedObject seal(SecretBuffer secret, PcrValues values, SecretBuffer auth) throws TpmException {
        calls.incrementAndGet();
        return tpm.seal(secret, values, auth);
    }

    @Override
    public SecretBuffer unseal(SealedObject object, SecretBuffer auth) throws TpmException {
        calls.incrementAndGet();
        return tpm.unseal(object, auth);
    }

    @Override
    public OptionalInt triesLeft() throws TpmException {
        calls.incrementAndGet();
        return tpm.triesLeft();
    }

    @Override
    public boolean hasParentOf(SealedObject object) throws TpmException {
        calls.incrementAndGet();
        return tpm.hasParentOf(object);
    }

    @Override
    public PcrValues readPcrs(PcrSelection pcrs) throws TpmException {
        calls.incrementAndGet();
        return tpm.readPcrs(pcrs);
    }

    @Override
    public void extend(int pcr, String event) throws TpmException {
        calls.incrementAndGet();
        RuntimeException before = crashBeforeExtend;
        if (before != null) {
            crashBeforeExtend = null;
            throw before;
        }
        tpm.extend(pcr, event);
        RuntimeException after = crashAfterExtend;
        if (after != null) {
            crashAfterExtend = null;
            throw after;
        }
        if (answerLost) {
            answerLost = false;
            throw new TpmException.UnexpectedCode(0xa000a, "TPM2_PCR_Extend", "the connection broke");
        }
    }

    @Override
    public List<PcrSelection> allocatedPcrs() throws TpmException {
        calls.incrementAndGet();
        return tpm.allocatedPcrs();
    }

    @Override
    public void random(SecretBuffer into) throws TpmException {
        calls.incrementAndGet();
        tpm.random(into);
    }

    @Override
    public List<TpmProperty> properties() throws TpmException {
        calls.incrementAndGet();
        List<TpmProperty> all = new ArrayList<>(tpm.properties());
        all.addAll(told);
        return all;
    }

    @Override
    public SelfTestReport selfTest(boolean full) throws TpmException {
        calls.incrementAndGet();
        return tpm.selfTest(full);
    }

    @Override
    public TpmSnapshot snapshot() {
        return tpm.snapshot();
    }

    @Override
    public void close() {
        tpm.close();
    }
}
