// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.tpmkeyring.audit.AuditEvent;
import org.tpmkeyring.audit.AuditField;
import org.tpmkeyring.audit.AuditKind;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.KeyringException;
import org.tpmkeyring.protocol.api.AddKey;
import org.tpmkeyring.protocol.api.CloseDoor;
import org.tpmkeyring.protocol.api.DoorInfo;
import org.tpmkeyring.protocol.api.DoorState;
import org.tpmkeyring.protocol.api.KeyInfo;
import org.tpmkeyring.protocol.api.KeyOutcome;
import org.tpmkeyring.protocol.api.KeyResult;
import org.tpmkeyring.protocol.api.ListKeys;
import org.tpmkeyring.protocol.api.RenameVault;
import org.tpmkeyring.protocol.api.Status;
import org.tpmkeyring.protocol.api.Unlock;
import org.tpmkeyring.protocol.api.VaultOutcome;
import org.tpmkeyring.protocol.value.KeyState;
import org.tpmkeyring.protocol.value.TargetType;

final class AuditLogTest {
    private static final PeerCredentials ALICE = new PeerCredentials(1000, 4711);
    private static final Duration TOOK = Duration.ofMillis(9);

    private final RecordedTrail told = new RecordedTrail();
    private final AuditLog audit = new AuditLog(told);

    private static KeyOutcome key(String name, KeyResult result) {
        Optional<String> reason = result == KeyResult.FAILED ? Optional.of("the quota is used up") : Optional.empty();
        return new KeyOutcome(name, TargetType.USER, result, List.of(), List.of(), "", reason, Optional.empty());
    }

    private static VaultOutcome vault(String name, KeyOutcome... keys) {
        return new VaultOutcome(
                name, 1000, Optional.of("tpm2-1"), List.of(keys), Optional.empty(), Optional.empty(), Optional.empty());
    }

    private static Unlock.Request unlock(String... vaults) {
        return new Unlock.Request(Optional.empty(), List.of(vaults), false, Optional.empty());
    }

    private String line() {
        assertThat(told.lines).hasSize(1);
        return told.lines.get(0);
    }

    private Map<AuditField, String> fields() {
        assertThat(told.events).hasSize(1);
        return told.events.get(0).fields();
    }

    @Test
    void anUnlockSaysHowManyKeysOfWhichVaultThroughWhat() {
        KeyOutcome delivered = key("a", KeyResult.DELIVERED);
        Unlock.Reply reply = new Unlock.Reply(List.of(vault("default", delivered, delivered, delivered)));
        audit.answered(ALICE, "Unlock", unlock(), reply, TOOK);
        assertThat(line())
                .isEqualTo("INFO uid 1000 (pid 4711) Unlock vault 'default': delivered 3 keys via tpm2-1 in 9 ms");
        assertThat(told.events.get(0).kind()).isEqualTo(AuditKind.ANSWERED);
        assertThat(fields())
                .containsExactly(
                        Map.entry(AuditField.VAULT, "default"),
                        Map.entry(AuditField.UID, "1000"),
                        Map.entry(AuditField.OWNER, "1000"),
                        Map.entry(AuditField.METHOD, "Unlock"),
                        Map.entry(AuditField.OUTCOME, "done"));
    }

    @Test
    void nothingToUnlockIsToldOnce() {
        audit.answered(ALICE, "Unlock", unlock(), new Unlock.Reply(List.of()), TOOK);
        assertThat(line()).isEqualTo("INFO uid 1000 (pid 4711) Unlock: nothing to do in 9 ms");
    }

    @Test
    void everyVaultIsToldForItselfAndWhatFailedIsNamedWithItsReason() {
        Unlock.Reply reply = new Unlock.Reply(List.of(
                vault("a", key("one", KeyResult.IN_PLACE), key("two", KeyResult.FAILED)),
                new VaultOutcome(
                        "b",
                        1000,
                        Optional.empty(),
                        List.of(),
                        Optional.of("org.tpmkeyring.UnexpectedPCRState"),
                        Optional.of("vault 'b' stays locked: PCRs 4, 7 of sha256 changed since it was sealed"),
                        Optional.empty())));
        audit.answered(ALICE, "Unlock", unlock("a", "b"), reply, TOOK);
        assertThat(told.lines)
                .containsExactly(
                        "INFO uid 1000 (pid 4711) Unlock vault 'a': 1 key in place, 1 key failed"
                                + " ('two': the quota is used up) via tpm2-1 in 9 ms",
                        "INFO uid 1000 (pid 4711) Unlock vault 'b': refused UnexpectedPCRState: vault 'b' stays"
                                + " locked: PCRs 4, 7 of sha256 changed since it was sealed in 9 ms");
        AuditEvent refused = told.events.get(1);
        assertThat(refused.kind()).isEqualTo(AuditKind.REFUSED);
        assertThat(refused.fields())
                .containsEntry(AuditField.VAULT, "b")
                .containsEntry(AuditField.OUTCOME, "UnexpectedPCRState")
                .containsEntry(AuditField.PCRS, "4,7");
    }

    @Test
    void anAddNamesKeyTargetAndVault() {
        AddKey.Reply reply = new AddKey.Reply(HOME, Optional.empty(), key("home", KeyResult.DELIVERED));
        audit.answered(ALICE, "AddKey", add(Optional.of(1001L), Optional.of("v")), reply, TOOK);
        assertThat(line())
                .isEqualTo("INFO uid 1000 (pid 4711) AddKey key 'home' for 'ecryptfs' vault 'v' of uid 1001:"
                        + " added, delivered 1 key in 9 ms");
        assertThat(fields())
                .containsEntry(AuditField.KEY, "home")
                .containsEntry(AuditField.VAULT, "v")
                .containsEntry(AuditField.OWNER, "1001");
    }

    @Test
    void aVaultThatTheRequestLeavesOpenIsTakenFromTheReply() {
        AddKey.Reply reply = new AddKey.Reply(HOME, Optional.empty(), key("home", KeyResult.DELIVERED));
        audit.answered(ALICE, "AddKey", add(Optional.empty(), Optional.empty()), reply, TOOK);
        assertThat(line()).contains("AddKey key 'home' for 'ecryptfs' vault 'v': added");
    }

    private static final KeyInfo HOME = new KeyInfo(
            "home",
            "v",
            1001,
            TargetType.ECRYPTFS,
            KeyState.DELIVERED,
            List.of(),
            List.of(),
            Optional.empty(),
            Optional.empty(),
            32,
            0);

    private static AddKey.Request add(Optional<Long> owner, Optional<String> vault) {
        return new AddKey.Request(
                owner,
                vault,
                "home",
                TargetType.ECRYPTFS,
                true,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                false,
                false,
                false,
                false);
    }

    @Test
    void closingTheDoorTellsWhatBecameOfIt() {
        DoorInfo closed = new DoorInfo(DoorState.CLOSED, Optional.of(15), Optional.of(7L));
        audit.answered(ALICE, "CloseDoor", new CloseDoor.Request(), new CloseDoor.Reply(closed, true, List.of()), TOOK);
        assertThat(line()).contains("CloseDoor: closed by extending PCR 15");
        told.lines.clear();
        audit.answered(
                ALICE, "CloseDoor", new CloseDoor.Request(), new CloseDoor.Reply(closed, false, List.of()), TOOK);
        assertThat(line()).contains("CloseDoor: left closed");
    }

    @Test
    void aRefusalCarriesTheNameOfItsError() {
        KeyringException refusal =
                KeyringException.of(ErrorKind.NO_SUCH_VAULT).with("vault", "v").build();
        audit.refused(
                ALICE, "RenameVault", new RenameVault.Request(Optional.empty(), "v", "w"), refusal, Duration.ZERO);
        assertThat(line())
                .isEqualTo("INFO uid 1000 (pid 4711) RenameVault vault 'v' as 'w': refused NoSuchVault:"
                        + " there is no vault 'v' in 0 ms");
        assertThat(fields())
                .containsEntry(AuditField.OUTCOME, "NoSuchVault")
                .containsEntry(AuditField.VAULT, "v")
                .doesNotContainKey(AuditField.PCRS);
    }

    @Test
    void aRequestAboutNothingInParticularIsJustNamed() {
        audit.answered(
                ALICE, "Status", new Status.Request(Optional.empty()), new ListKeys.Reply(List.of()), Duration.ZERO);
        assertThat(line()).isEqualTo("INFO uid 1000 (pid 4711) Status: done in 0 ms");
    }

    @Test
    void aNameOfAnyLengthLeavesAShortLine() {
        audit.answered(ALICE, "Unlock", unlock("x".repeat(60_000)), new Unlock.Reply(List.of()), TOOK);
        assertThat(line()).hasSizeLessThan(200).contains("x...'");
    }

    @Test
    void aFloodFillsTheLogWithOneLineASecondAtMost() {
        KeyringException refusal = KeyringException.of(ErrorKind.TOO_MANY_CONNECTIONS)
                .with("who", "uid 1000")
                .with("limit", 8)
                .build();
        long start = System.nanoTime();
        for (int i = 0; i < 10_000; i++) {
            audit.turnedAway(ALICE, refusal);
        }
        long seconds = (System.nanoTime() - start) / 1_000_000_000;
        assertThat(told.lines).hasSizeBetween(1, (int) seconds + 2);
        assertThat(told.lines.get(0))
                .isEqualTo("WARNING uid 1000 (pid 4711) turned away: refused TooManyConnections:"
                        + " uid 1000 already has 8 connections open");
    }
}
