// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.tpm.esys;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.tpmkeyring.concurrent.Pulse;
import org.tpmkeyring.policy.PcrEvent;
import org.tpmkeyring.protocol.value.PcrSelection;
import org.tpmkeyring.secret.SecretBuffer;
import org.tpmkeyring.tpm.PcrValues;
import org.tpmkeyring.tpm.SealedObject;
import org.tpmkeyring.tpm.SelfTestReport;
import org.tpmkeyring.tpm.Tpm;
import org.tpmkeyring.tpm.TpmException;
import org.tpmkeyring.tpm.TpmProperty;
import org.tpmkeyring.tpm.TpmSnapshot;

/**
 * A TPM reached through tpm2-tss, over anything its TCTI loader knows: the kernel's device, a software TPM, a
 * simulator. Connects at the first call, and again by itself after the TPM went away.
 *
 * <p>Any PCR may be in a policy, also 16 and 23, which programs may reset: a policy on those alone keeps nobody
 * out who can run programs. Whether a PCR was ever extended is told from its value, so a resettable one that was
 * reset counts as never extended.
 *
 * <p>tpm2-tss writes its own messages to standard error unless the environment says {@code TSS2_LOG=all+NONE}.
 */
public final class EsysTpm implements Tpm, Pulse {
    /** Longer than anything a TPM is known to take, a full self test included. */
    private static final Duration DEADLINE = Duration.ofSeconds(30);

    private static final int MAX_SECRET_BYTES = 128;

    private final TpmLink link;
    private final Impression impression;

    /**
     * Does not connect yet.
     *
     * @param tcti as {@code device:/dev/tpmrm0} or {@code swtpm:path=/run/swtpm/socket}
     */
    public EsysTpm(String tcti) {
        this(tcti, DEADLINE);
    }

    /**
     * @param deadline how long a call may take; when it is over the call says Unavailable
     */
    EsysTpm(String tcti, Duration deadline) {
        link = new TpmLink(tcti, deadline);
        impression = new Impression(tcti);
    }

    @Override
    public SealedObject seal(SecretBuffer secret, PcrValues values) throws TpmException {
        return seal(secret, values, Optional.empty());
    }

    @Override
    public SealedObject seal(SecretBuffer secret, PcrValues values, SecretBuffer auth) throws TpmException {
        return seal(secret, values, Optional.of(requireAuth(auth)));
    }

    private SealedObject seal(SecretBuffer secret, PcrValues values, Optional<SecretBuffer> auth) throws TpmException {
        if (secret.size() > MAX_SECRET_BYTES) {
            throw new IllegalArgumentException("a TPM seals at most " + MAX_SECRET_BYTES + " bytes");
        }
        return introduced(connection -> new Sealing(connection).seal(secret, values, auth));
    }

    @Override
    public SecretBuffer unseal(SealedObject object) throws TpmException {
        return observed(connection -> new Unsealing(connection, Optional.empty()).unseal(object));
    }

    @Override
    public SecretBuffer unseal(SealedObject object, SecretBuffer auth) throws TpmException {
        Optional<SecretBuffer> given = Optional.of(requireAuth(auth));
        return observed(connection -> new Unsealing(connection, given).unseal(object));
    }

    private static SecretBuffer requireAuth(SecretBuffer auth) {
        if (auth.size() != AUTH_BYTES) {
            throw new IllegalArgumentException("an authorisation value has " + AUTH_BYTES + " bytes");
        }
        return auth;
    }

    @Override
    public OptionalInt triesLeft() throws TpmException {
        return introduced(connection -> new Capabilities(connection).triesLeft());
    }

    @Override
    public boolean hasParentOf(SealedObject object) throws TpmException {
        return introduced(connection -> Unsealing.hasParentOf(connection, object));
    }

    @Override
    public PcrValues readPcrs(PcrSelection pcrs) throws TpmException {
        return introduced(connection -> new PcrReader(connection).read(pcrs));
    }

    @Override
    public void extend(int pcr, String event) throws TpmException {
        if (pcr < 0 || pcr > PcrSelection.MAX_PCR) {
            throw new IllegalArgumentException("there is no PCR " + pcr);
        }
        PcrEvent digests = new PcrEvent(event);
        boolean extended = observed(connection -> {
            new Extending(connection).extend(pcr, digests::digest);
            return true;
        });
        assert extended;
    }

    @Override
    public List<PcrSelection> allocatedPcrs() throws TpmException {
        return introduced(connection -> new Capabilities(connection).allocatedPcrs());
    }

    @Override
    public void random(SecretBuffer into) throws TpmException {
        boolean filled = introduced(connection -> {
            new RandomBytes(connection).fill(into);
            return true;
        });
        assert filled;
    }

    @Override
    public List<TpmProperty> properties() throws TpmException {
        return introduced(connection -> new TpmDescription(connection).describe());
    }

    @Override
    public SelfTestReport selfTest(boolean full) throws TpmException {
        return introduced(connection -> new SelfTest(connection).run(full));
    }

    @Override
    public TpmSnapshot snapshot() {
        return impression.snapshot();
    }

    /** Asks the TPM for its name too, once; not where every command counts. */
    private <T> T introduced(TpmLink.Operation<T> operation) throws TpmException {
        return observed(connection -> {
            impression.introduce(connection);
            return operation.run(connection);
        });
    }

    private <T> T observed(TpmLink.Operation<T> operation) throws TpmException {
        try {
            T result = link.call(operation);
            impression.answered();
            return result;
        } catch (TpmException e) {
            impression.refused(e);
            throw e;
        }
    }

    /** Of the thread that talks to the TPM; it talks for as long as a TPM command takes. */
    @Override
    public Duration silence() {
        return link.silence();
    }

    @Override
    public void close() {
        link.close();
    }
}
