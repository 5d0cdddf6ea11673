// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.tpm;

import java.util.List;
import java.util.OptionalInt;
import org.tpmkeyring.protocol.value.PcrSelection;
import org.tpmkeyring.secret.SecretBuffer;

/**
 * A TPM 2.0. Safe for use from any thread; calls are answered one after the other.
 *
 * <p>Every method reconnects by itself after a TPM went away and came back, and leaves no object and no
 * session behind in the TPM.
 */
public interface Tpm extends AutoCloseable {
    /** Length of the authorisation value of an object. */
    int AUTH_BYTES = 32;

    /**
     * Seals a secret under the storage root key to PCR values, be they those of now or others.
     *
     * @param secret 1 to 128 bytes; stays the caller's
     * @param values literal policy
     */
    SealedObject seal(SecretBuffer secret, PcrValues values) throws TpmException;

    /**
     * Unseals in at most five TPM commands. A PCR that is extended meanwhile makes it start over, not fail.
     *
     * @return the secret; the caller owns it
     * @throws TpmException.PcrMismatch when the PCRs differ from those at sealing
     * @throws TpmException.ForeignObject when another TPM sealed it, or this one was cleared since
     * @throws TpmException.MalformedObject when its attributes or bytes are not those that {@link #seal} makes
     */
    SecretBuffer unseal(SealedObject object) throws TpmException;

    /**
     * Seals to PCR values and to an authorisation value. Wrong ones are counted by the TPM, which refuses all of them
     * for a while when there were too many.
     *
     * @param secret as {@link #seal(SecretBuffer, PcrValues)}
     * @param auth 32 bytes; stays the caller's
     */
    SealedObject seal(SecretBuffer secret, PcrValues values, SecretBuffer auth) throws TpmException;

    /**
     * Unseals what was sealed with an authorisation value, in at most six TPM commands. The value does not cross the
     * bus.
     *
     * @param auth 32 bytes; stays the caller's
     * @return the secret; the caller owns it
     * @throws TpmException.WrongAuth when it is not that of the sealing
     * @throws TpmException.InLockout when there were too many wrong ones
     */
    SecretBuffer unseal(SealedObject object, SecretBuffer auth) throws TpmException;

    /** How many wrong authorisation values the TPM takes before it is in lockout; empty where it does not tell. */
    OptionalInt triesLeft() throws TpmException;

    /**
     * Whether this TPM has the storage root key that an object was sealed under, or would make it again; neither
     * another TPM nor this one after TPM2_Clear does. Of the object itself nothing is said.
     *
     * @throws TpmException.MalformedObject when its parent is no such key
     */
    boolean hasParentOf(SealedObject object) throws TpmException;

    /** Current values, ascending by PCR. */
    PcrValues readPcrs(PcrSelection pcrs) throws TpmException;

    /**
     * Extends a PCR in every bank that has it, at one moment. Unlike all else it is never tried again: when this
     * throws Unavailable or UnexpectedCode, the PCR may have been extended or not, and its value tells.
     *
     * @param pcr 0 to 23
     * @param event ASCII; each bank is extended with its own hash of it
     * @throws TpmException.NotSupported when no bank has the PCR
     */
    void extend(int pcr, String event) throws TpmException;

    /** Every bank with at least one PCR, and its PCRs. */
    List<PcrSelection> allocatedPcrs() throws TpmException;

    /** Fills the buffer with TPM random bytes that crossed the bus encrypted. */
    void random(SecretBuffer into) throws TpmException;

    /** What the TPM says of itself, ordered for reading. */
    List<TpmProperty> properties() throws TpmException;

    /**
     * @param full test all again; otherwise what was not tested yet
     */
    SelfTestReport selfTest(boolean full) throws TpmException;

    /** What is known without asking the TPM; never blocks. */
    TpmSnapshot snapshot();

    /** Waits for the call under way, gives handles back and disconnects. Throws nothing. */
    @Override
    void close();
}
