// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.kernel.keyctl;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.tpmkeyring.kernel.KernelException;

/**
 * Finds the user keyring of a uid without that uid as real uid, which {@code KEY_SPEC_USER_KEYRING} goes by:
 * its name is {@code _uid.UID}, and its user may see it. For use on the keyring thread.
 */
final class UserRings {
    private static final String TYPE = "keyring";

    private final Map<Long, UserRing> known = new HashMap<>();

    /** The keyring of a user; empty when the kernel has not made it yet. */
    Optional<UserRing> find(long uid) throws KernelException {
        UserRing before = known.get(uid);
        if (before != null && isRingOf(uid, before.serial())) {
            return Optional.of(before);
        }
        known.remove(uid);
        Optional<UserRing> found = search(uid).map(serial -> new UserRing(serial, uid));
        found.ifPresent(ring -> known.put(uid, ring));
        return found;
    }

    private static boolean isRingOf(long uid, int serial) {
        try {
            return isRingOf(uid, FileSystemIdentity.as(uid, () -> Keyctl.describe(serial)));
        } catch (KernelException e) {
            return false;
        }
    }

    private static Optional<Integer> search(long uid) throws KernelException {
        if (uid == FileSystemIdentity.daemon()) {
            return Optional.of(Keyctl.ownUserRing());
        }
        return FileSystemIdentity.as(uid, ProcKeys::read).stream()
                .filter(line -> isRingOf(uid, line.key()))
                .map(ProcKeys.Line::serial)
                .findFirst();
    }

    /** The owner is checked because anybody may give a keyring of his own that name, and open it to others. */
    private static boolean isRingOf(long uid, KeyDescription key) {
        return key.uid() == uid && key.type().equals(TYPE) && key.text().equals("_uid." + uid);
    }
}
