// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.kernel.keyctl;

import static org.tpmkeyring.kernel.keyctl.binding.KeyUtils.LINK;
import static org.tpmkeyring.kernel.keyctl.binding.KeyUtils.READ;
import static org.tpmkeyring.kernel.keyctl.binding.KeyUtils.SEARCH;
import static org.tpmkeyring.kernel.keyctl.binding.KeyUtils.SETATTR;
import static org.tpmkeyring.kernel.keyctl.binding.KeyUtils.VIEW;

/**
 * Permissions of delivered keys. Its user, as possessor, can find, see and use a key, invalidate it (which
 * needs search) and unlink it from his own keyring. He cannot change, revoke, re-time, chmod it or link it
 * elsewhere. The daemon, as owner, can see it and take it back, and does not read it.
 *
 * <p>The read bit alone hides nothing from a possessor: KEYCTL_READ is content with search (keyctl_read(3)).
 * What keeps a payload from him is its type: {@code logon} and {@code fscrypt-provisioning} cannot be read,
 * {@code encrypted} only under a master that he does not have.
 */
final class Permissions {
    private static final int POSSESSOR = 24;
    private static final int OWNER = 16;
    private static final int OWNER_BITS = (VIEW | SEARCH | SETATTR) << OWNER;
    private static final int USABLE = (VIEW | SEARCH) << POSSESSOR | OWNER_BITS;
    private static final int READABLE = USABLE | READ << POSSESSOR;

    private Permissions() {}

    static int delivered(boolean readable) {
        return readable ? READABLE : USABLE;
    }

    /** For the moment between making a key and linking it into its user's keyring. */
    static int linkable(boolean readable) {
        return delivered(readable) | LINK << POSSESSOR;
    }

    static boolean isDelivery(int permissions) {
        return permissions == READABLE || permissions == USABLE;
    }
}
