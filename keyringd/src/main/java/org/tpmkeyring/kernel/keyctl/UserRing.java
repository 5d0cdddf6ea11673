// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.kernel.keyctl;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.tpmkeyring.kernel.KernelException;
import org.tpmkeyring.kernel.KernelKeyType;
import org.tpmkeyring.protocol.value.KeyState;
import org.tpmkeyring.secret.SecretBuffer;

/**
 * One user's keyring and what lies in it, itself: KEYCTL_SEARCH would go deeper, and without possession it
 * would find neither the daemon's keys as the user nor the ring as the daemon. So the serials are read as
 * the user and the keys looked at as the daemon (its own) or as the user (his). Type and description of a
 * serial never change and are remembered, which keeps a look-up at two or three calls for any number of keys.
 * For use on the keyring thread.
 */
final class UserRing {
    private final int serial;
    private final long uid;
    private final Map<Integer, KeyDescription> seen = new HashMap<>();

    UserRing(int serial, long uid) {
        this.serial = serial;
        this.uid = uid;
    }

    /**
     * A key in the ring.
     *
     * @param serial of the key
     * @param state DELIVERED, REPLACED, REVOKED or EXPIRED
     * @param ours whether the daemon put it there
     */
    record Member(int serial, KeyState state, boolean ours) {}

    int serial() {
        return serial;
    }

    /** Links a key under the user's identity. One of the same type and description leaves the ring. */
    void link(int key) throws KernelException {
        FileSystemIdentity.as(uid, () -> {
            Keyctl.link(key, serial, uid);
            return key;
        });
    }

    boolean unlink(int key) throws KernelException {
        return FileSystemIdentity.as(uid, () -> Keyctl.unlink(key, serial));
    }

    /**
     * Payload of a key in the ring; the caller owns it. The daemon as the key's owner may not read it, but a
     * possessor may, and the daemon is one as long as the ring hangs in its process keyring.
     */
    SecretBuffer read(int key) throws KernelException {
        return FileSystemIdentity.as(uid, () -> {
            Keyctl.possess(serial);
            try {
                return Keyctl.readSecret(key);
            } finally {
                Keyctl.unlinkOwn(serial);
            }
        });
    }

    Optional<Member> find(KernelKeyType type, String description) throws KernelException {
        look();
        for (Map.Entry<Integer, KeyDescription> entry : seen.entrySet()) {
            if (entry.getValue().is(type, description)) {
                Optional<Member> member = member(entry.getKey(), type, description, entry.getValue());
                if (member.isPresent()) {
                    return member;
                }
            }
        }
        return Optional.empty();
    }

    private void look() throws KernelException {
        Set<Integer> contents = FileSystemIdentity.as(
                uid,
                () -> Arrays.stream(Keyctl.contents(serial))
                        .boxed()
                        .collect(Collectors.toCollection(LinkedHashSet::new)));
        seen.keySet().retainAll(contents);
        contents.removeAll(seen.keySet());
        List<Integer> there = describe(contents);
        if (!there.isEmpty() && uid != FileSystemIdentity.daemon()) {
            List<Integer> foreign = there;
            there = FileSystemIdentity.as(uid, () -> describe(foreign));
        }
        if (!there.isEmpty()) {
            describeUnusable(there);
        }
    }

    /** Remembers what can be looked at; returns the rest. */
    private List<Integer> describe(Collection<Integer> serials) {
        List<Integer> rest = new ArrayList<>();
        for (int key : serials) {
            try {
                seen.put(key, Keyctl.describe(key));
            } catch (KernelException e) {
                if (e.errno() != Errno.ENOKEY) {
                    rest.add(key);
                }
            }
        }
        return rest;
    }

    /** Revoked and expired keys cannot be described any more, but their lines in /proc/keys go on. */
    private void describeUnusable(List<Integer> serials) throws KernelException {
        List<ProcKeys.Line> lines = new ArrayList<>(ProcKeys.read());
        if (uid != FileSystemIdentity.daemon()) {
            lines.addAll(FileSystemIdentity.as(uid, ProcKeys::read));
        }
        for (ProcKeys.Line line : lines) {
            if (serials.contains(line.serial())) {
                seen.put(line.serial(), withFullType(line));
            }
        }
    }

    private static KeyDescription withFullType(ProcKeys.Line line) {
        String type = line.key().type();
        for (KernelKeyType known : KernelKeyType.values()) {
            if (line.is(known.kernelName(), line.key().text())) {
                type = known.kernelName();
            }
        }
        return new KeyDescription(
                type, line.key().uid(), line.key().permissions(), line.key().text());
    }

    private Optional<Member> member(int key, KernelKeyType type, String description, KeyDescription remembered)
            throws KernelException {
        boolean ours = remembered.isOurs(FileSystemIdentity.daemon());
        try {
            KeyDescription now = ours ? Keyctl.describe(key) : describeForeign(key);
            if (!now.is(type, description)) {
                return Optional.empty();
            }
            boolean stillOurs = now.isOurs(FileSystemIdentity.daemon());
            return Optional.of(new Member(key, stillOurs ? KeyState.DELIVERED : KeyState.REPLACED, stillOurs));
        } catch (KernelException e) {
            return switch (e.errno()) {
                case Errno.EKEYREVOKED -> Optional.of(new Member(key, KeyState.REVOKED, ours));
                case Errno.EKEYEXPIRED -> Optional.of(new Member(key, KeyState.EXPIRED, ours));
                case Errno.EACCES -> Optional.of(new Member(key, KeyState.REPLACED, false));
                case Errno.ENOKEY -> Optional.empty();
                default -> throw e;
            };
        }
    }

    private KeyDescription describeForeign(int key) throws KernelException {
        try {
            return Keyctl.describe(key);
        } catch (KernelException e) {
            if (e.errno() != Errno.EACCES) {
                throw e;
            }
            return FileSystemIdentity.as(uid, () -> Keyctl.describe(key));
        }
    }
}
