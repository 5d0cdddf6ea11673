// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.testing;

import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.tpmkeyring.policy.PcrEvent;
import org.tpmkeyring.policy.PcrPolicy;
import org.tpmkeyring.protocol.value.Bytes;
import org.tpmkeyring.protocol.value.PcrBank;
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
 * A TPM in memory that keeps the contract of {@link Tpm}, with the events of a TPM's life to order: extend,
 * reboot, lockout, gone, cleared. Bank SHA-256, and SHA-1 beside it; other banks are not allocated.
 *
 * <p>What it sealed outlives {@link #close()}, as it does with a real one, so one fake can serve a daemon that
 * is restarted. Safe for several threads.
 */
public final class FakeTpm implements Tpm {
    private static final List<PcrBank> BANKS = List.of(PcrBank.SHA1, PcrBank.SHA256);
    private static final int LAST_PCR = PcrSelection.MAX_PCR;
    private static final int MAX_SECRET_BYTES = 128;
    private static final String DEVICE = "fake:";
    private static final Duration LOCKOUT = Duration.ofMinutes(10);

    private final SecureRandom random = new SecureRandom();
    private final Map<PcrBank, SortedMap<Integer, Bytes>> pcrs = new HashMap<>();
    private final Map<Bytes, Sealed> sealed = new HashMap<>();
    private String unavailable;
    private Duration lockout;
    private int mostTries = 32;
    private int wrongTries;
    private int sealCalls;
    private int unsealCalls;
    private int extendCalls;
    private int closeCalls;

    private record Sealed(SealedObject object, SecretBuffer secret, Optional<SecretBuffer> auth) {}

    /** A started TPM whose PCRs 0 to 7 and 14 have been extended by a firmware. */
    public FakeTpm() {
        reboot();
        measureFirmware();
    }

    /** Extends PCRs 0 to 7 and 14, as a firmware does at every boot. */
    public void measureFirmware() {
        IntStream.rangeClosed(0, 7).forEach(pcr -> measure(pcr, "firmware"));
        measure(14, "shim");
    }

    /** Extends a PCR in every bank, as somebody else does it. */
    public synchronized void measure(int pcr, String event) {
        for (PcrBank bank : BANKS) {
            pcrs.get(bank)
                    .computeIfPresent(
                            pcr,
                            (n, old) -> new PcrEvent(event).extended(bank, old).orElseThrow());
        }
    }

    /** All PCRs at their reset values; sealed objects stay. */
    public synchronized void reboot() {
        for (PcrBank bank : BANKS) {
            SortedMap<Integer, Bytes> values = new TreeMap<>();
            for (int pcr = 0; pcr <= LAST_PCR; pcr++) {
                String octet = pcr >= 17 && pcr <= 22 ? "ff" : "00";
                values.put(pcr, Bytes.ofHex(octet.repeat(bank.digestBytes())));
            }
            pcrs.put(bank, values);
        }
    }

    /** From now on every call says Unavailable; {@code null} ends that. */
    public synchronized void unavailable(String reason) {
        unavailable = reason;
    }

    /** From now on seal and unseal say InLockout; {@code null} ends that. */
    public synchronized void lockout(Duration recovery) {
        lockout = recovery;
    }

    /** After how many wrong authorisation values it is in lockout; those until now are forgotten. */
    public synchronized void mostTries(int count) {
        mostTries = count;
        wrongTries = 0;
    }

    /** TPM2_Clear: what was sealed until now can never be unsealed again. */
    public synchronized void clear() {
        sealed.values().forEach(s -> {
            s.secret().close();
            s.auth().ifPresent(SecretBuffer::close);
        });
        sealed.clear();
    }

    /** Calls of {@link #seal} so far, refused ones included. */
    public synchronized int sealCalls() {
        return sealCalls;
    }

    /** Calls of {@link #unseal} so far, refused ones included. */
    public synchronized int unsealCalls() {
        return unsealCalls;
    }

    /** Calls of {@link #extend} that were answered so far. */
    public synchronized int extendCalls() {
        return extendCalls;
    }

    /** Calls of {@link #close} so far. */
    public synchronized int closeCalls() {
        return closeCalls;
    }

    @Override
    public SealedObject seal(SecretBuffer secret, PcrValues values) throws TpmException {
        return seal(secret, values, Optional.empty());
    }

    @Override
    public SealedObject seal(SecretBuffer secret, PcrValues values, SecretBuffer auth) throws TpmException {
        requireLength(auth);
        return seal(secret, values, Optional.of(auth));
    }

    private static void requireLength(SecretBuffer auth) {
        if (auth.size() != AUTH_BYTES) {
            throw new IllegalArgumentException("an authorisation value has " + AUTH_BYTES + " bytes");
        }
    }

    private synchronized SealedObject seal(SecretBuffer secret, PcrValues values, Optional<SecretBuffer> auth)
            throws TpmException {
        sealCalls++;
        if (secret.size() > MAX_SECRET_BYTES) {
            throw new IllegalArgumentException("a TPM seals at most " + MAX_SECRET_BYTES + " bytes");
        }
        answering();
        authorising();
        byte[] id = new byte[32];
        random.nextBytes(id);
        SealedObject object = new SealedObject(
                publicArea(values, auth.isPresent()),
                Bytes.copyOf(id),
                Bytes.copyOf(new byte[] {(byte) 0x81, 0, 0, 1}),
                values);
        sealed.put(object.privateArea(), new Sealed(object, copy(secret), auth.map(FakeTpm::copy)));
        return object;
    }

    private static SecretBuffer copy(SecretBuffer secret) {
        return secret.copyOfRange(0, secret.size());
    }

    private static Bytes publicArea(PcrValues values, boolean withAuth) {
        byte[] policy = (withAuth ? PcrPolicy.policyDigestWithAuth(values) : PcrPolicy.policyDigest(values)).toArray();
        return Bytes.copyOf(ByteBuffer.allocate(4 + policy.length)
                .putInt(0xFA4E0001)
                .put(policy)
                .array());
    }

    @Override
    public SecretBuffer unseal(SealedObject object) throws TpmException {
        return unseal(object, Optional.empty());
    }

    @Override
    public SecretBuffer unseal(SealedObject object, SecretBuffer auth) throws TpmException {
        requireLength(auth);
        return unseal(object, Optional.of(auth));
    }

    @Override
    public synchronized OptionalInt triesLeft() throws TpmException {
        answering();
        return OptionalInt.of(lockout == null ? Math.max(0, mostTries - wrongTries) : 0);
    }

    private synchronized SecretBuffer unseal(SealedObject object, Optional<SecretBuffer> auth) throws TpmException {
        unsealCalls++;
        if (!object.publicArea().equals(publicArea(object.values(), auth.isPresent()))) {
            throw new TpmException.MalformedObject("the policy is not the one of the stored PCR values");
        }
        answering();
        Sealed known = sealed.get(object.privateArea());
        if (known == null || !known.object().equals(object)) {
            throw new TpmException.ForeignObject("this TPM did not seal it, or was cleared since");
        }
        authorising();
        if (!readPcrs(object.values().selection()).equals(object.values())) {
            throw new TpmException.PcrMismatch();
        }
        if (auth.isPresent()) {
            requireRight(known.auth().orElseThrow(), auth.get());
        }
        return copy(known.secret());
    }

    private void requireRight(SecretBuffer right, SecretBuffer given) throws TpmException {
        if (wrongTries >= mostTries) {
            throw new TpmException.InLockout(LOCKOUT);
        }
        if (!right.constantTimeEquals(given)) {
            wrongTries++;
            throw new TpmException.WrongAuth(triesLeft());
        }
    }

    @Override
    public synchronized boolean hasParentOf(SealedObject object) throws TpmException {
        answering();
        return sealed.containsKey(object.privateArea());
    }

    @Override
    public synchronized PcrValues readPcrs(PcrSelection selection) throws TpmException {
        answering();
        if (!pcrs.containsKey(selection.bank())) {
            String bank = selection.bank().label();
            throw new TpmException.NotSupported("PCR bank " + bank, "this TPM has no PCR bank " + bank);
        }
        SortedMap<Integer, Bytes> chosen = new TreeMap<>(pcrs.get(selection.bank()));
        chosen.keySet().retainAll(selection.pcrs());
        return new PcrValues(selection.bank(), chosen);
    }

    @Override
    public synchronized void extend(int pcr, String event) throws TpmException {
        answering();
        if (pcr < 0 || pcr > LAST_PCR) {
            throw new IllegalArgumentException("there is no PCR " + pcr);
        }
        extendCalls++;
        measure(pcr, event);
    }

    @Override
    public synchronized List<PcrSelection> allocatedPcrs() throws TpmException {
        answering();
        TreeSet<Integer> all =
                IntStream.rangeClosed(0, LAST_PCR).boxed().collect(Collectors.toCollection(TreeSet::new));
        return BANKS.stream().map(bank -> new PcrSelection(bank, all)).toList();
    }

    @Override
    public synchronized void random(SecretBuffer into) throws TpmException {
        answering();
        into.withBytes(bytes -> {
            while (bytes.hasRemaining()) {
                bytes.put((byte) random.nextInt());
            }
            return null;
        });
    }

    @Override
    public synchronized List<TpmProperty> properties() throws TpmException {
        answering();
        return List.of(
                new TpmProperty("Identity", "Manufacturer", "FAKE"),
                new TpmProperty("Identity", "Firmware version", "1.0"));
    }

    @Override
    public synchronized SelfTestReport selfTest(boolean full) throws TpmException {
        answering();
        return new SelfTestReport(true, 0, "the TPM found itself in order", Bytes.copyOf(new byte[0]));
    }

    @Override
    public synchronized TpmSnapshot snapshot() {
        if (unavailable != null) {
            return new TpmSnapshot(DEVICE, true, TpmSnapshot.Health.UNAVAILABLE, unavailable);
        }
        TpmSnapshot.Health health = lockout == null ? TpmSnapshot.Health.READY : TpmSnapshot.Health.LOCKOUT;
        return new TpmSnapshot(DEVICE, true, health, "FAKE, firmware 1.0");
    }

    private void answering() throws TpmException {
        if (unavailable != null) {
            throw new TpmException.Unavailable(DEVICE, unavailable, null);
        }
    }

    private void authorising() throws TpmException {
        if (lockout != null) {
            throw new TpmException.InLockout(lockout);
        }
    }

    @Override
    public synchronized void close() {
        closeCalls++;
    }
}
