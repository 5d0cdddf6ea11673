// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.service;

import org.tpmkeyring.protocol.api.VaultOutcome;

/** Where it is told what logins and logouts did. Throws nothing. */
public interface SessionTrail {
    /** A vault that a login was to unlock, which may have been refused. */
    void loggedIn(VaultOutcome outcome);

    /** A vault that was locked with the last session of its owner, as far as that is possible yet. */
    void loggedOut(VaultOutcome outcome);
}
