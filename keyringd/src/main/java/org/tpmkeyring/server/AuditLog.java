// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.server;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.tpmkeyring.audit.AuditEvent;
import org.tpmkeyring.audit.AuditField;
import org.tpmkeyring.audit.AuditKind;
import org.tpmkeyring.audit.AuditTrail;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.KeyringException;
import org.tpmkeyring.protocol.api.VaultOutcome;
import org.tpmkeyring.service.SessionTrail;

/**
 * An event for every request, and for every vault that one is about: who did what to which vault and key, how it
 * ended and how long it took. Such as
 * {@code uid 1000 (pid 4711) Unlock vault 'default': delivered 3 keys via tpm2-1 in 9 ms}.
 */
public final class AuditLog implements SessionTrail {
    private static final long NANOS_BETWEEN_FLOOD_LINES = Duration.ofSeconds(1).toNanos();
    private static final String DONE = "done";

    private final AuditTrail trail;
    private final AtomicLong nextFloodLine = new AtomicLong(System.nanoTime());
    private final AtomicLong untold = new AtomicLong();

    public AuditLog(AuditTrail trail) {
        this.trail = trail;
    }

    /**
     * What is told of one request.
     *
     * @param vault about which this event is, where the request leaves it open or names several
     */
    private record Told(PeerCredentials peer, String method, Record request, Optional<String> vault, Duration took) {
        AuditEvent event(AuditKind kind, String outcome, String words) {
            String subject = AuditWords.subject(request, vault);
            String what = subject.isEmpty() ? method : method + " " + subject;
            AuditEvent event = AuditEvent.of(kind, peer + " " + what + ": " + words + " in " + took.toMillis() + " ms")
                    .with(AuditField.UID, peer.uid())
                    .with(AuditField.METHOD, method)
                    .with(AuditField.OUTCOME, outcome);
            for (var field : AuditWords.fields(request).entrySet()) {
                event = event.with(field.getKey(), field.getValue());
            }
            return vault.isPresent() ? event.with(AuditField.VAULT, vault.get()) : event;
        }
    }

    /** A request that was answered. */
    void answered(PeerCredentials peer, String method, Record request, Record reply, Duration took) {
        List<VaultOutcome> vaults = AuditWords.vaults(reply);
        if (vaults.isEmpty()) {
            Told told = new Told(peer, method, request, AuditWords.vaultOf(reply), took);
            trail.tell(told.event(AuditKind.ANSWERED, DONE, AuditWords.outcome(reply)));
        }
        for (VaultOutcome outcome : vaults) {
            Told told = new Told(peer, method, request, Optional.of(outcome.vault()), took);
            trail.tell(vault(told, outcome).with(AuditField.OWNER, outcome.owner()));
        }
    }

    private static AuditEvent vault(Told told, VaultOutcome outcome) {
        String words = AuditWords.vault(outcome);
        Optional<String> error = outcome.error().map(AuditWords::simpleName);
        return error.map(name ->
                        told.event(AuditKind.REFUSED, name, words).with(AuditField.PCRS, changedPcrs(name, words)))
                .orElseGet(() -> told.event(AuditKind.ANSWERED, DONE, words));
    }

    /** A request that was refused, whatever the reason. */
    void refused(PeerCredentials peer, String method, Record request, KeyringException refusal, Duration took) {
        String error = refusal.kind().simpleName();
        trail.tell(new Told(peer, method, request, Optional.empty(), took)
                .event(AuditKind.REFUSED, error, refused(refusal))
                .with(AuditField.PCRS, changedPcrs(error, refusal.sentence())));
    }

    private static String changedPcrs(String error, String words) {
        return error.equals(ErrorKind.UNEXPECTED_PCR_STATE.simpleName()) ? AuditWords.pcrs(words) : "";
    }

    /** A call that is none of ours or does not have the right parameters. */
    void misdirected(PeerCredentials peer, String method, String error, String value) {
        trail.tell(AuditEvent.of(AuditKind.NOT_UNDERSTOOD, peer + " " + method + ": refused " + error + " " + value)
                .with(AuditField.UID, peer.uid())
                .with(AuditField.METHOD, method)
                .with(AuditField.OUTCOME, AuditWords.simpleName(error)));
    }

    /** Something that is no call. */
    void malformed(PeerCredentials peer, KeyringException refusal) {
        trail.tell(AuditEvent.of(AuditKind.NOT_UNDERSTOOD, peer + " sent no call: " + refused(refusal))
                .with(AuditField.UID, peer.uid())
                .with(AuditField.OUTCOME, refusal.kind().simpleName()));
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
        String more = others == 0 ? "" : " (and " + others + " more of late)";
        trail.tell(AuditEvent.of(AuditKind.TURNED_AWAY, peer + " turned away: " + refused(refusal) + more)
                .with(AuditField.UID, peer.uid())
                .with(AuditField.OUTCOME, refusal.kind().simpleName()));
    }

    /** A key that left by the key socket. */
    void keyHandedOut(PeerCredentials peer, String volume, Duration took) {
        trail.tell(key(AuditKind.ANSWERED, peer, volume, "handed out in " + took.toMillis() + " ms")
                .with(AuditField.OUTCOME, DONE));
    }

    /** A volume whose key was not handed out: somebody has to type a passphrase now, and wants to know why. */
    void keyRefused(PeerCredentials peer, String volume, KeyringException refusal, Duration took) {
        String words = refused(refusal) + " in " + took.toMillis() + " ms; hint: " + refusal.hint();
        String error = refusal.kind().simpleName();
        trail.tell(key(AuditKind.KEY_REFUSED, peer, volume, words)
                .with(AuditField.OUTCOME, error)
                .with(AuditField.PCRS, changedPcrs(error, refusal.sentence())));
    }

    private static AuditEvent key(AuditKind kind, PeerCredentials peer, String volume, String words) {
        return AuditEvent.of(kind, peer + " key of volume '" + volume + "': " + words)
                .with(AuditField.UID, peer.uid())
                .with(AuditField.VOLUME, volume);
    }

    @Override
    public void loggedIn(VaultOutcome outcome) {
        session(outcome, "login");
    }

    @Override
    public void loggedOut(VaultOutcome outcome) {
        session(outcome, "last logout");
    }

    private void session(VaultOutcome outcome, String occasion) {
        String hint = outcome.hint().map(command -> "; hint: " + command).orElse("");
        String words = AuditWords.vault(outcome);
        String error = outcome.error().map(AuditWords::simpleName).orElse(DONE);
        AuditKind kind = AuditWords.isWhole(outcome) ? AuditKind.SESSION : AuditKind.SESSION_REFUSED;
        trail.tell(AuditEvent.of(
                        kind,
                        occasion + " of uid " + outcome.owner() + ", vault '" + outcome.vault() + "': " + words + hint)
                .with(AuditField.OWNER, outcome.owner())
                .with(AuditField.VAULT, outcome.vault())
                .with(AuditField.OUTCOME, error)
                .with(AuditField.PCRS, changedPcrs(error, words)));
    }

    private static String refused(KeyringException refusal) {
        return "refused " + refusal.kind().simpleName() + ": " + refusal.sentence();
    }
}
