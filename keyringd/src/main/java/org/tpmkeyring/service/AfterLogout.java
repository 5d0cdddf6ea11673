// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.service;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.Collectors;
import org.tpmkeyring.concurrent.Later;
import org.tpmkeyring.protocol.api.KeyResult;
import org.tpmkeyring.protocol.api.VaultOutcome;

/**
 * Locks the login vaults of people who have no session any more. After a moment, so that what closes with the session
 * is closed, and somebody who comes right back costs the TPM nothing. What is busy is told once, and tried again
 * until its files are closed or its owner logs in again.
 */
final class AfterLogout {
    /** Between the end of the last session and the locking. */
    static final Duration GRACE = Duration.ofSeconds(1);

    private static final List<Duration> PAUSES =
            List.of(Duration.ofSeconds(1), Duration.ofSeconds(1), Duration.ofSeconds(2), Duration.ofSeconds(5));
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);

    private final Leases leases;
    private final LoginVaults vaults;
    private final SessionTrail trail;
    private final Later later;

    /** Owners whose vaults are locked in a moment. */
    private final Set<Long> due = ConcurrentHashMap.newKeySet();

    private final Map<Long, Busy> busy = new ConcurrentSkipListMap<>();

    AfterLogout(Leases leases, LoginVaults vaults, SessionTrail trail, Later later) {
        this.leases = leases;
        this.vaults = vaults;
        this.trail = trail;
        this.later = later;
    }

    /**
     * What could not be locked yet.
     *
     * @param attempt how often it was tried again
     */
    private record Busy(List<VaultOutcome> vaults, int attempt) {
        Set<String> names() {
            return vaults.stream().map(VaultOutcome::vault).collect(Collectors.toSet());
        }

        Duration pause() {
            return attempt < PAUSES.size() ? PAUSES.get(attempt) : LONGEST_PAUSE;
        }
    }

    /** A session of an owner ended, which may not have been his last. Does not block. */
    void ended(long owner) {
        if (!leases.hold(owner) && due.add(owner)) {
            later.run(GRACE, () -> lock(owner));
        }
    }

    /** Vaults that stay open because files in them are, by owner. */
    List<VaultOutcome> busy() {
        return busy.values().stream().flatMap(left -> left.vaults().stream()).toList();
    }

    private void lock(long owner) {
        due.remove(owner);
        List<VaultOutcome> outcomes = vaults.lock(owner, name -> true, vault -> leases.hold(owner));
        outcomes.stream().filter(AfterLogout::isNews).forEach(trail::loggedOut);
        settle(owner, outcomes, 0);
    }

    /** One whose owner unlocked it by hand meanwhile is his own affair. */
    private void tryAgain(long owner, Busy before) {
        if (!busy.remove(owner, before)) {
            return;
        }
        List<VaultOutcome> outcomes =
                vaults.lock(owner, before.names()::contains, vault -> leases.hold(owner) || vaults.isUnlocked(vault));
        outcomes.stream().filter(outcome -> !isBusy(outcome)).forEach(trail::loggedOut);
        settle(owner, outcomes, before.attempt() + 1);
    }

    private void settle(long owner, List<VaultOutcome> outcomes, int attempt) {
        List<VaultOutcome> still = outcomes.stream().filter(AfterLogout::isBusy).toList();
        if (!still.isEmpty()) {
            Busy now = new Busy(still, attempt);
            busy.put(owner, now);
            later.run(now.pause(), () -> tryAgain(owner, now));
        }
    }

    private static boolean isNews(VaultOutcome outcome) {
        return outcome.error().isPresent() || outcome.keys().stream().anyMatch(key -> key.result() != KeyResult.ABSENT);
    }

    private static boolean isBusy(VaultOutcome outcome) {
        return outcome.keys().stream().anyMatch(key -> key.result() == KeyResult.BUSY);
    }
}
