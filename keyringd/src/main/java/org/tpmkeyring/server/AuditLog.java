// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.server;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.tpmkeyring.protocol.KeyringException;

/**
 * One line for every request: who did what to which vault and key, how it ended and how long it took. Such as
 * {@code uid 1000 (pid 4711) Unlock vault 'default': delivered 3 keys via tpm2-1 in 9 ms}.
 */
public final class AuditLog {
    private static final long NANOS_BETWEEN_FLOOD_LINES = Duration.ofSeconds(1).toNanos();

    private final System.Logger log;
    private final AtomicLong nextFloodLine = new AtomicLong(System.nanoTime());
    private final AtomicLong untold = new AtomicLong();

    /**
     * @param log where the lines go, at level INFO
     */
    public AuditLog(System.Logger log) {
        this.log = log;
    }

    /** A request that was answered. */
    void answered(PeerCredentials peer, String method, Record request, Record reply, Duration took) {
        String subject = AuditWords.subject(request);
        String vault = AuditWords.namesVault(request) ? "" : AuditWords.vaultOf(reply);
        write(peer, method, (subject + " " + vault).strip(), AuditWords.outcome(reply), took);
    }

    /** A request that was refused, whatever the reason. */
    void refused(PeerCredentials peer, String method, Record request, KeyringException refusal, Duration took) {
        write(peer, method, AuditWords.subject(request), refused(refusal), took);
    }

    /** A call that is none of ours or does not have the right parameters. */
    void misdirected(PeerCredentials peer, String method, String error, String value) {
        log.log(System.Logger.Level.INFO, "{0} {1}: refused {2} {3}", peer, method, error, value);
    }

    /** Something that is no call. */
    void malformed(PeerCredentials peer, KeyringException refusal) {
        log.log(System.Logger.Level.INFO, "{0} sent no call: {1}", peer, refused(refusal));
    }

    /** A connection beyond the cap. Told at most once a second: a flood must not fill the log. */
    void turnedAway(PeerCredentials peer, KeyringException refusal) {
        long due = nextFloodLine.get();
        long now = System.nanoTime();
        if (now - due < 0 || !nextFloodLine.compareAndSet(due, now + NANOS_BETWEEN_FLOOD_LINES)) {
            untold.incrementAndGet();
            return;
        }
        long others = untold.getAndSet(0);
        Optional<String> more = others == 0 ? Optional.empty() : Optional.of(" (and " + others + " more of late)");
        log.log(System.Logger.Level.WARNING, "{0} turned away: {1}{2}", peer, refused(refusal), more.orElse(""));
    }

    /** A key that left by the key socket. */
    void keyHandedOut(PeerCredentials peer, String volume, Duration took) {
        write(peer, "key of volume '" + volume + "'", "", "handed out", took);
    }

    /** A volume whose key was not handed out: somebody has to type a passphrase now, and wants to know why. */
    void keyRefused(PeerCredentials peer, String volume, KeyringException refusal, Duration took) {
        log.log(
                System.Logger.Level.WARNING,
                "{0} key of volume ''{1}'': {2} in {3} ms; hint: {4}",
                peer,
                volume,
                refused(refusal),
                String.valueOf(took.toMillis()),
                refusal.hint());
    }

    private void write(PeerCredentials peer, String method, String subject, String outcome, Duration took) {
        String what = subject.isEmpty() ? method : method + " " + subject;
        log.log(
                System.Logger.Level.INFO,
                "{0} {1}: {2} in {3} ms",
                peer,
                what,
                outcome,
                String.valueOf(took.toMillis()));
    }

    private static String refused(KeyringException refusal) {
        return "refused " + refusal.kind().simpleName() + ": " + refusal.sentence();
    }
}
