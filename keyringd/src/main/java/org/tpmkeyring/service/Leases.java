// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.service;

import java.time.Duration;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongConsumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.tpmkeyring.concurrent.Later;
import org.tpmkeyring.secret.SecretRandom;
import org.tpmkeyring.session.Logins;
import org.tpmkeyring.session.SessionProcesses;
import org.tpmkeyring.session.SessionProcesses.Found;

/**
 * The sessions that keep login vaults unlocked. A lease ends when its session is closed, when the process that opened
 * it ends, or when systemd-logind has no such session any more, whichever comes first. That of a user manager counts
 * only where its user lingers: else it would outlive the last session by the seconds that the manager does.
 *
 * <p>A daemon that is started again goes on with the leases of the one before, as far as their processes are there.
 */
final class Leases {
    /** How often systemd-logind is asked, as long as there is a lease. */
    static final Duration EVERY = Duration.ofSeconds(2);

    private static final int ID_BYTES = 8;

    private final SessionProcesses processes;
    private final Logins logins;
    private final RuntimeList list;
    private final InstantSource clock;
    private final Later later;
    private final Map<String, Lease> open = new LinkedHashMap<>();
    private volatile LongConsumer whenEnded = owner -> {};
    private boolean asking;

    Leases(SessionProcesses processes, Logins logins, RuntimeList list, InstantSource clock, Later later) {
        this.processes = processes;
        this.logins = logins;
        this.list = list;
        this.clock = clock;
        this.later = later;
    }

    /**
     * Takes up what the daemon before left, and from now on tells of leases that end.
     *
     * @param ended gets the owner of each, on any thread; must not block
     */
    void begin(LongConsumer ended) {
        Set<Long> left = new LinkedHashSet<>();
        synchronized (this) {
            whenEnded = ended;
            List<Lease> before = list.read().stream()
                    .flatMap(entry -> Lease.ofEntry(entry).stream())
                    .toList();
            for (Lease lease : before) {
                if (!takeUp(lease)) {
                    left.add(lease.owner());
                }
            }
            if (!before.isEmpty()) {
                write();
            }
            ask();
        }
        left.forEach(ended::accept);
    }

    private boolean takeUp(Lease lease) {
        Found found = processes.hold(lease.id(), lease.process(), () -> endById(lease.id()));
        if (found == Found.GONE) {
            return false;
        }
        if (found == Found.LIKELY && !isLed(lease)) {
            processes.release(lease.id());
            return false;
        }
        open.put(lease.id(), lease);
        return true;
    }

    /** Whether systemd-logind says that a process of this number still leads a session of the owner. */
    private boolean isLed(Lease lease) {
        return lease.ofUserManager()
                || !logins.available()
                || lease.login().filter(logins::isOpen).isPresent()
                || logins.ledBy(lease.owner(), lease.process()).isPresent();
    }

    /**
     * Makes a lease.
     *
     * @param process that opened the session; it is waiting for the answer
     * @return empty when that is not to be found
     */
    synchronized Optional<Lease> open(long owner, int process, String service, Optional<String> login) {
        String id = HexFormat.of().formatHex(SecretRandom.publicBytes(ID_BYTES).toArray());
        Lease lease =
                new Lease(id, owner, process, service, login, clock.instant().getEpochSecond());
        if (process <= 0 || processes.hold(id, process, () -> endById(id)) == Found.GONE) {
            return Optional.empty();
        }
        open.put(id, lease);
        write();
        ask();
        return Optional.of(lease);
    }

    /** Ends a lease of this owner; one that is not there has ended before. */
    void close(long owner, String id) {
        end(lease -> lease.owner() == owner && lease.id().equals(id));
    }

    /** Ends what a process opened for this owner. */
    void closeOf(long owner, int process) {
        end(lease -> lease.owner() == owner && lease.process() == process);
    }

    private void endById(String id) {
        end(lease -> lease.id().equals(id));
    }

    private void end(Predicate<Lease> over) {
        List<Lease> ended;
        synchronized (this) {
            ended = open.values().stream().filter(over).toList();
            for (Lease lease : ended) {
                open.remove(lease.id());
                processes.release(lease.id());
            }
            if (!ended.isEmpty()) {
                write();
            }
        }
        ended.stream().map(Lease::owner).distinct().forEach(whenEnded::accept);
    }

    /** Whether there is a reason for this owner's login vaults to be unlocked. */
    boolean hold(long owner) {
        List<Lease> his = all().stream().filter(lease -> lease.owner() == owner).toList();
        return his.stream().anyMatch(lease -> !lease.ofUserManager()) || (!his.isEmpty() && logins.lingers(owner));
    }

    /** Oldest first. */
    synchronized List<Lease> all() {
        return List.copyOf(open.values());
    }

    private synchronized void ask() {
        if (!asking && !open.isEmpty()) {
            asking = true;
            later.run(EVERY, this::askNow);
        }
    }

    /** Learns the sessions of processes that had none yet, and ends what systemd-logind has closed. */
    private void askNow() {
        try {
            learn();
            Set<String> over = all().stream()
                    .filter(lease ->
                            lease.login().filter(id -> !logins.isOpen(id)).isPresent())
                    .map(Lease::id)
                    .collect(Collectors.toSet());
            end(lease -> over.contains(lease.id()));
        } finally {
            synchronized (this) {
                asking = false;
                ask();
            }
        }
    }

    private void learn() {
        for (Lease lease : all()) {
            if (lease.login().isEmpty() && !lease.ofUserManager()) {
                logins.ledBy(lease.owner(), lease.process()).ifPresent(session -> note(lease, session));
            }
        }
    }

    private synchronized void note(Lease lease, String session) {
        if (open.replace(lease.id(), lease, lease.at(session))) {
            write();
        }
    }

    private void write() {
        list.write(open.values().stream().map(Lease::toEntry).toList());
    }
}
