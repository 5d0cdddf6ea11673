// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.kernel.keyctl;

import java.util.Optional;
import org.tpmkeyring.kernel.KernelKeyType;

/**
 * What KEYCTL_DESCRIBE tells of a key.
 *
 * @param type name of the key type
 * @param uid owner
 * @param permissions 32 bits as of keyctl_setperm(3)
 * @param text the description proper; may hold anything but NUL
 */
record KeyDescription(String type, long uid, int permissions, String text) {
    private static final int FIELDS = 5;

    /**
     * @param described {@code type;uid;gid;permissions;description} of keyctl_describe(3)
     * @return empty when it has another form
     */
    static Optional<KeyDescription> parse(String described) {
        String[] field = described.split(";", FIELDS);
        if (field.length != FIELDS) {
            return Optional.empty();
        }
        try {
            return Optional.of(new KeyDescription(
                    field[0], Long.parseLong(field[1]), Integer.parseUnsignedInt(field[3], 16), field[4]));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    boolean is(KernelKeyType kind, String description) {
        return type.equals(kind.kernelName()) && text.equals(description);
    }

    /** Whether the daemon put it there: it is its owner, and the permissions are those of a delivery. */
    boolean isOurs(long daemonUid) {
        return uid == daemonUid && Permissions.isDelivery(permissions);
    }
}
