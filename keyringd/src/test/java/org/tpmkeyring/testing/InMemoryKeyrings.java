// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.testing;

import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.tpmkeyring.kernel.EncryptedKeyShape;
import org.tpmkeyring.kernel.KernelException;
import org.tpmkeyring.kernel.KernelKeyType;
import org.tpmkeyring.kernel.KeySerial;
import org.tpmkeyring.kernel.Presence;
import org.tpmkeyring.kernel.UserKeyrings;
import org.tpmkeyring.protocol.value.Bytes;
import org.tpmkeyring.protocol.value.KeyState;
import org.tpmkeyring.secret.SecretBuffer;

/** User keyrings without a kernel. Passes the same contract as the real ones. */
public final class InMemoryKeyrings implements UserKeyrings {
    private static final int ENODEV = 19;
    private static final int EINVAL = 22;
    private static final int EOPNOTSUPP = 95;
    private static final int MAX_PAYLOAD_BYTES = 32_767;

    private final Map<Slot, Entry> entries = new ConcurrentHashMap<>();
    private final Set<KernelKeyType> types = EnumSet.allOf(KernelKeyType.class);
    private final AtomicInteger nextSerial = new AtomicInteger(1000);
    private final AtomicInteger deliveries = new AtomicInteger();
    private volatile KernelException nextFailure;

    private record Slot(long uid, KernelKeyType type, String description) {}

    private record Entry(KeySerial serial, KeyState state, boolean readable, SecretBuffer payload) {
        Entry in(KeyState changed) {
            return new Entry(serial, changed, readable, payload);
        }
    }

    @Override
    public synchronized KeySerial deliver(
            long uid, KernelKeyType type, String description, SecretBuffer payload, boolean readable)
            throws KernelException {
        failIfTold();
        refuse(!types.contains(type), "add_key", ENODEV, "this kernel has no " + type.kernelName() + " keys (ENODEV)");
        refuse(payload.size() > MAX_PAYLOAD_BYTES, "add_key", EINVAL, "the payload is too long (EINVAL)");
        refuse(
                type == KernelKeyType.LOGON && !description.contains(":"),
                "add_key",
                EINVAL,
                "a logon description needs a prefix (EINVAL)");
        return put(uid, type, description, payload, readable);
    }

    @Override
    public synchronized Bytes makeEncrypted(EncryptedKeyShape shape, SecretBuffer master) throws KernelException {
        failIfTold();
        String text = shape.format() + " user:" + shape.masterDescription() + " " + shape.sizeBytes() + " "
                + HmacMark.of(master);
        return Bytes.copyOf(text.getBytes(java.nio.charset.StandardCharsets.US_ASCII));
    }

    @Override
    public synchronized KeySerial loadEncrypted(
            long uid, String description, EncryptedKeyShape shape, Bytes exported, SecretBuffer master)
            throws KernelException {
        failIfTold();
        refuse(
                !exported.equals(makeEncrypted(shape, master)),
                "add_key",
                EINVAL,
                "the exported key does not belong to this master (EINVAL)");
        try (SecretBuffer made = SecretBuffer.allocate(shape.sizeBytes())) {
            return put(uid, KernelKeyType.ENCRYPTED, description, made, false);
        }
    }

    private KeySerial put(long uid, KernelKeyType type, String description, SecretBuffer payload, boolean readable) {
        KeySerial serial = new KeySerial(nextSerial.getAndIncrement());
        SecretBuffer copy = payload.copyOfRange(0, payload.size());
        forget(entries.put(new Slot(uid, type, description), new Entry(serial, KeyState.DELIVERED, readable, copy)));
        deliveries.incrementAndGet();
        return serial;
    }

    @Override
    public synchronized Presence find(long uid, KernelKeyType type, String description) throws KernelException {
        failIfTold();
        Entry entry = entries.get(new Slot(uid, type, description));
        return entry == null
                ? new Presence(KeyState.LOCKED, Optional.empty())
                : new Presence(entry.state(), Optional.of(entry.serial()));
    }

    @Override
    public synchronized Optional<SecretBuffer> read(long uid, KernelKeyType type, String description)
            throws KernelException {
        failIfTold();
        Entry entry = entries.get(new Slot(uid, type, description));
        if (entry == null || entry.state() != KeyState.DELIVERED) {
            return Optional.empty();
        }
        refuse(type != KernelKeyType.USER, "keyctl_read", EOPNOTSUPP, "its payload cannot be read (EOPNOTSUPP)");
        return Optional.of(entry.payload().copyOfRange(0, entry.payload().size()));
    }

    @Override
    public synchronized boolean remove(long uid, KernelKeyType type, String description) throws KernelException {
        failIfTold();
        Slot slot = new Slot(uid, type, description);
        Entry entry = entries.get(slot);
        if (entry == null || entry.state() == KeyState.REPLACED) {
            return false;
        }
        forget(entries.remove(slot));
        return true;
    }

    @Override
    public boolean supports(KernelKeyType type) {
        return types.contains(type);
    }

    /** Wipes every payload. */
    @Override
    public synchronized void close() {
        entries.values().forEach(InMemoryKeyrings::forget);
        entries.clear();
    }

    /** Takes a key type away, as in a kernel that was built without it. */
    public void withoutType(KernelKeyType type) {
        types.remove(type);
    }

    /** The next call but {@link #supports} fails with this. */
    public void failNext(KernelException failure) {
        nextFailure = failure;
    }

    /** Whether this very payload lies in a user's keyring. */
    public synchronized boolean holds(long uid, KernelKeyType type, String description, SecretBuffer payload) {
        Entry entry = entries.get(new Slot(uid, type, description));
        return entry != null && entry.payload().constantTimeEquals(payload);
    }

    /** Whether a key is there that its possessor may read. */
    public synchronized boolean readable(long uid, KernelKeyType type, String description) {
        Entry entry = entries.get(new Slot(uid, type, description));
        return entry != null && entry.readable();
    }

    /** Number of keys in a user's keyring. */
    public synchronized long count(long uid) {
        return entries.keySet().stream().filter(slot -> slot.uid() == uid).count();
    }

    /** Number of deliveries so far, for any user. */
    public int deliveries() {
        return deliveries.get();
    }

    /** Somebody takes the key out of the keyring, or it was never there. */
    public synchronized void unlink(long uid, KernelKeyType type, String description) {
        forget(entries.remove(new Slot(uid, type, description)));
    }

    /** Puts a key that is there in a state: REVOKED, EXPIRED or REPLACED. */
    public synchronized void change(long uid, KernelKeyType type, String description, KeyState state) {
        entries.computeIfPresent(new Slot(uid, type, description), (slot, entry) -> entry.in(state));
    }

    private void failIfTold() throws KernelException {
        KernelException failure = nextFailure;
        nextFailure = null;
        if (failure != null) {
            throw failure;
        }
    }

    private static void refuse(boolean when, String call, int errno, String reason) throws KernelException {
        if (when) {
            throw new KernelException(call, errno, reason);
        }
    }

    private static void forget(Entry entry) {
        if (entry != null) {
            entry.payload().close();
        }
    }
}
