// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.service;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.tpmkeyring.concurrent.Later;
import org.tpmkeyring.protocol.api.KeyOutcome;
import org.tpmkeyring.protocol.api.VaultOutcome;
import org.tpmkeyring.session.Logins;
import org.tpmkeyring.session.SessionProcesses;

/** Processes, systemd-logind and time, as a test wants them. Outlives a daemon that is started again. */
final class FakeSessions implements SessionProcesses, Logins, Later, SessionTrail {
    /** What logins and logouts did, such as {@code in default: delivered}. */
    final List<String> told = new ArrayList<>();

    final Set<Integer> processes = new HashSet<>();
    final Set<Long> lingering = new HashSet<>();

    /** Open sessions by id: owner and leader. */
    final Map<String, List<Long>> logins = new HashMap<>();

    /** Whether descriptors survive a new start of the daemon. */
    boolean keepsDescriptors = true;

    boolean withLogind = true;

    private final Map<String, Integer> kept = new HashMap<>();
    private final Map<String, Runnable> held = new HashMap<>();
    private final List<Due> due = new ArrayList<>();
    private Duration now = Duration.ZERO;

    private record Due(Duration at, Runnable work) {}

    KeyringService.Sessions ports() {
        held.clear();
        due.clear();
        return new KeyringService.Sessions(this, this, this, this);
    }

    /** Starts a process. */
    int process(int pid) {
        processes.add(pid);
        return pid;
    }

    /** Ends a process, whoever holds it. */
    void kill(int pid) {
        processes.remove(pid);
        kept.entrySet().stream()
                .filter(entry -> entry.getValue() == pid)
                .map(Map.Entry::getKey)
                .toList()
                .forEach(lease -> Optional.ofNullable(held.remove(lease)).ifPresent(Runnable::run));
    }

    /** Lets time pass, and what is due in it happen. */
    void pass(Duration time) {
        Duration until = now.plus(time);
        while (true) {
            Optional<Due> next = due.stream()
                    .filter(piece -> piece.at().compareTo(until) <= 0)
                    .min(Comparator.comparing(Due::at));
            if (next.isEmpty()) {
                now = until;
                return;
            }
            due.remove(next.get());
            now = next.get().at();
            next.get().work().run();
        }
    }

    @Override
    public Found hold(String lease, int process, Runnable ended) {
        if (!processes.contains(process)) {
            kept.remove(lease);
            return Found.GONE;
        }
        boolean same = keepsDescriptors && kept.containsKey(lease);
        kept.put(lease, process);
        held.put(lease, ended);
        return same ? Found.SAME : Found.LIKELY;
    }

    @Override
    public void release(String lease) {
        kept.remove(lease);
        held.remove(lease);
    }

    @Override
    public void close() {
        held.clear();
    }

    @Override
    public boolean available() {
        return withLogind;
    }

    @Override
    public Optional<String> ledBy(long uid, int leader) {
        List<Long> wanted = List.of(uid, (long) leader);
        return logins.entrySet().stream()
                .filter(entry -> entry.getValue().equals(wanted))
                .map(Map.Entry::getKey)
                .findFirst();
    }

    @Override
    public boolean isOpen(String session) {
        return logins.containsKey(session);
    }

    @Override
    public boolean lingers(long uid) {
        return lingering.contains(uid);
    }

    @Override
    public void run(Duration delay, Runnable work) {
        due.add(new Due(now.plus(delay), work));
    }

    @Override
    public void loggedIn(VaultOutcome outcome) {
        told.add("in " + words(outcome));
    }

    @Override
    public void loggedOut(VaultOutcome outcome) {
        told.add("out " + words(outcome));
    }

    private static String words(VaultOutcome outcome) {
        return outcome.vault() + ": "
                + outcome.error()
                        .orElseGet(() -> String.join(
                                " ",
                                outcome.keys().stream()
                                        .map(KeyOutcome::result)
                                        .map(result -> result.name().toLowerCase(java.util.Locale.ROOT))
                                        .toList()));
    }
}
