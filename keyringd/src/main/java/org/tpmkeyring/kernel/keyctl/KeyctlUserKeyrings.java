// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.kernel.keyctl;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import org.tpmkeyring.concurrent.NativeThread;
import org.tpmkeyring.concurrent.Pulse;
import org.tpmkeyring.kernel.EncryptedKeyShape;
import org.tpmkeyring.kernel.KernelException;
import org.tpmkeyring.kernel.KernelKeyType;
import org.tpmkeyring.kernel.KeySerial;
import org.tpmkeyring.kernel.Presence;
import org.tpmkeyring.kernel.UserKeyrings;
import org.tpmkeyring.protocol.value.Bytes;
import org.tpmkeyring.protocol.value.KeyState;
import org.tpmkeyring.secret.SecretBuffer;

/**
 * User keyrings over libkeyutils. All calls are made on one thread, since credentials and keyrings belong to
 * threads. A key is made in the daemon's process keyring, given its permissions, and linked into its user's
 * keyring under his file system uid; see {@link FileSystemIdentity} for why no other uid is ever taken. It
 * stays owned by and charged to the daemon's uid, so a user whose quota is full gets it, too, as long as 4
 * bytes for the link are left to him.
 *
 * <p>As a plain user the daemon reaches its own keyring only.
 */
public final class KeyctlUserKeyrings implements UserKeyrings, Pulse {
    private static final Duration DEADLINE = Duration.ofSeconds(10);
    private static final Bytes NO_PAYLOAD = Bytes.copyOf(new byte[0]);

    private final NativeThread thread = new NativeThread("keyring");
    private final UserRings rings = new UserRings();
    private final EncryptedKeys encrypted = new EncryptedKeys();

    /**
     * @throws KernelException when libkeyutils is missing
     */
    public KeyctlUserKeyrings() throws KernelException {
        Keyctl.requireLibrary();
    }

    /** Makes a key in the process keyring and returns its serial. */
    @FunctionalInterface
    private interface Maker {
        int make() throws KernelException;
    }

    @Override
    public KeySerial deliver(long uid, KernelKeyType type, String description, SecretBuffer payload, boolean readable)
            throws KernelException {
        ensureRing(uid);
        return call(() -> publish(uid, type, description, readable, () -> Keyctl.add(type, description, payload)));
    }

    @Override
    public Bytes makeEncrypted(EncryptedKeyShape shape, SecretBuffer master) throws KernelException {
        return call(() -> encrypted.make(shape, master));
    }

    @Override
    public KeySerial loadEncrypted(
            long uid, String description, EncryptedKeyShape shape, Bytes exported, SecretBuffer master)
            throws KernelException {
        ensureRing(uid);
        return call(() -> publish(
                uid,
                KernelKeyType.ENCRYPTED,
                description,
                false,
                () -> encrypted.load(description, shape, exported, master)));
    }

    @Override
    public Presence find(long uid, KernelKeyType type, String description) throws KernelException {
        return call(() -> member(uid, type, description)
                .map(found -> new Presence(found.state(), Optional.of(new KeySerial(found.serial()))))
                .orElseGet(() -> new Presence(KeyState.LOCKED, Optional.empty())));
    }

    @Override
    public Optional<SecretBuffer> read(long uid, KernelKeyType type, String description) throws KernelException {
        return call(() -> {
            Optional<UserRing.Member> found = member(uid, type, description);
            if (found.isEmpty() || found.get().state() != KeyState.DELIVERED) {
                return Optional.empty();
            }
            return Optional.of(rings.find(uid).orElseThrow().read(found.get().serial()));
        });
    }

    @Override
    public boolean remove(long uid, KernelKeyType type, String description) throws KernelException {
        return call(() -> {
            Optional<UserRing.Member> found = member(uid, type, description);
            if (found.isEmpty() || !found.get().ours()) {
                return false;
            }
            int serial = found.get().serial();
            return Keyctl.invalidate(serial) || rings.find(uid).orElseThrow().unlink(serial);
        });
    }

    /** Asks by adding a key without payload, which no type takes: an unknown type is refused with ENODEV. */
    @Override
    public boolean supports(KernelKeyType type) {
        try {
            return call(() -> Keyctl.tryToAdd(type, "tpm-keyring:probe", NO_PAYLOAD)) != -Errno.ENODEV;
        } catch (KernelException e) {
            return false;
        }
    }

    /** Of the keyring thread. */
    @Override
    public Duration silence() {
        return thread.silence();
    }

    @Override
    public void close() {
        thread.close();
    }

    private Optional<UserRing.Member> member(long uid, KernelKeyType type, String description) throws KernelException {
        Optional<UserRing> ring = rings.find(uid);
        return ring.isEmpty() ? Optional.empty() : ring.get().find(type, description);
    }

    /** The child that makes a ring runs outside the keyring thread, which nobody can hold up this way. */
    private void ensureRing(long uid) throws KernelException {
        if (call(() -> rings.find(uid)).isEmpty()) {
            UserRingMaker.make(uid);
        }
    }

    private KeySerial publish(long uid, KernelKeyType type, String description, boolean readable, Maker maker)
            throws KernelException {
        UserRing ring = rings.find(uid)
                .orElseThrow(() ->
                        Errno.refused("keyctl", Errno.ENOKEY, "the user keyring of uid " + uid + " could not be made"));
        Optional<UserRing.Member> old = ring.find(type, description);
        int serial = maker.make();
        try {
            place(serial, ring, readable);
        } finally {
            Keyctl.unlinkOwn(serial);
        }
        old.filter(UserRing.Member::ours).ifPresent(before -> Keyctl.invalidate(before.serial()));
        return new KeySerial(serial);
    }

    private static void place(int serial, UserRing ring, boolean readable) throws KernelException {
        Keyctl.setPermissions(serial, Permissions.linkable(readable));
        ring.link(serial);
        try {
            Keyctl.setPermissions(serial, Permissions.delivered(readable));
        } catch (KernelException e) {
            Keyctl.invalidate(serial);
            throw e;
        }
    }

    private <T> T call(NativeThread.Work<T, KernelException> work) throws KernelException {
        try {
            return thread.call(KernelException.class, DEADLINE, work);
        } catch (TimeoutException e) {
            throw Errno.refused("keyctl", Errno.ETIMEDOUT, "the keyring thread is held up");
        }
    }
}
