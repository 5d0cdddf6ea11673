// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.service;

import java.util.List;
import java.util.function.LongPredicate;
import org.tpmkeyring.protocol.api.SessionInfo;
import org.tpmkeyring.protocol.api.VaultOutcome;

/** Sessions, and what stays open after them, as they are listed. */
final class SessionInfos {
    private final Leases leases;
    private final AfterLogout afterLogout;

    SessionInfos(Leases leases, AfterLogout afterLogout) {
        this.leases = leases;
        this.afterLogout = afterLogout;
    }

    /**
     * @param whose which owners are meant
     * @return oldest first
     */
    List<SessionInfo> all(LongPredicate whose) {
        return leases.all().stream()
                .filter(lease -> whose.test(lease.owner()))
                .map(Lease::info)
                .toList();
    }

    /**
     * @param whose which owners are meant
     * @return by owner
     */
    List<VaultOutcome> leaving(LongPredicate whose) {
        return afterLogout.busy().stream()
                .filter(outcome -> whose.test(outcome.owner()))
                .toList();
    }
}
