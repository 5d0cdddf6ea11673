// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.service;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import org.tpmkeyring.kernel.KernelException;
import org.tpmkeyring.key.KeyRecord;
import org.tpmkeyring.protocol.KeyringException;
import org.tpmkeyring.protocol.api.KeyOutcome;
import org.tpmkeyring.protocol.api.KeyResult;
import org.tpmkeyring.secret.SecretBuffer;
import org.tpmkeyring.target.Target;
import org.tpmkeyring.target.Target.TargetRemoval;
import org.tpmkeyring.target.Target.TargetState;
import org.tpmkeyring.target.Targets;
import org.tpmkeyring.vault.Kek;
import org.tpmkeyring.vault.KeyWrapping;
import org.tpmkeyring.vault.Vault;
import org.tpmkeyring.vault.WrappedKey;

/** Keys on their way to their targets and back. What fails for one key is its outcome, and is nobody else's. */
final class Deliveries {
    private static final String DOCTOR = "tpm-keyring doctor";
    private static final String LOCK = "tpm-keyring lock ";

    private final Targets targets;
    private final KeyStates states;

    Deliveries(Targets targets, KeyStates states) {
        this.targets = targets;
        this.states = states;
    }

    /** The outcome of an unlock that finds every key in place; empty when one is not. */
    Optional<List<KeyOutcome>> allInPlace(Vault vault) {
        List<KeyOutcome> outcomes = new ArrayList<>();
        for (WrappedKey key : vault.keys()) {
            TargetState state = states.of(vault.owner(), key.record());
            if (!KeyStates.nothingToDo(state.state())) {
                return Optional.empty();
            }
            outcomes.add(inPlace(vault.owner(), key.record(), state));
        }
        return Optional.of(outcomes);
    }

    /** Unwraps and delivers every key that is not in place. The KEK stays the caller's. */
    List<KeyOutcome> deliverMissing(Vault vault, Kek kek) {
        return deliverMissing(vault, kek, states::of);
    }

    /** The same for whoever needs the keys themselves, see {@link Target#atHand}. */
    List<KeyOutcome> deliverToHand(Vault vault, Kek kek) {
        return deliverMissing(vault, kek, states::atHand);
    }

    private List<KeyOutcome> deliverMissing(Vault vault, Kek kek, BiFunction<Long, KeyRecord, TargetState> where) {
        return vault.keys().stream()
                .map(key -> deliverIfMissing(vault, kek, key, where.apply(vault.owner(), key.record())))
                .toList();
    }

    private KeyOutcome deliverIfMissing(Vault vault, Kek kek, WrappedKey key, TargetState state) {
        if (KeyStates.nothingToDo(state.state())) {
            return inPlace(vault.owner(), key.record(), state);
        }
        try (SecretBuffer stored = KeyWrapping.unwrap(vault.id(), kek, key)) {
            return deliver(vault.owner(), key.record(), stored);
        } catch (KeyringException e) {
            return outcome(vault.owner(), key.record(), KeyResult.FAILED, List.of())
                    .because(e.sentence(), e.hint());
        }
    }

    /** Delivers one key over whatever is there. {@code stored} stays the caller's. */
    KeyOutcome deliver(long owner, KeyRecord key, SecretBuffer stored) {
        Target target = targets.of(key.target());
        try {
            if (target.onlyAtLogin()) {
                return inPlace(owner, key, target.state(owner, key));
            }
            List<Long> serials = target.deliver(owner, key, stored).serials();
            return outcome(owner, key, KeyResult.DELIVERED, serials).plain();
        } catch (KernelException e) {
            return outcome(owner, key, KeyResult.FAILED, List.of()).because(reason(e), DOCTOR);
        } catch (KeyringException e) {
            return outcome(owner, key, KeyResult.FAILED, List.of()).because(e.sentence(), e.hint());
        }
    }

    /** Takes every key of a vault away. */
    List<KeyOutcome> removeAll(Vault vault) {
        return vault.keys().stream().map(key -> remove(vault, key.record())).toList();
    }

    /** Takes those keys of a vault away whose consumers do without them once the boot is over. */
    List<KeyOutcome> removeLeaving(Vault vault) {
        return vault.keys().stream()
                .map(WrappedKey::record)
                .flatMap(key -> leave(vault, key).stream())
                .toList();
    }

    private Optional<KeyOutcome> leave(Vault vault, KeyRecord key) {
        try {
            return targets.of(key.target())
                    .leave(vault.owner(), key)
                    .map(removal -> removed(vault, key, removal, LOCK + vault.name()));
        } catch (KernelException e) {
            return Optional.of(failed(vault, key, e));
        }
    }

    /** Takes every key of a vault away that is about to be destroyed. */
    List<KeyOutcome> destroyAll(Vault vault) {
        return vault.keys().stream().map(key -> destroy(vault, key.record())).toList();
    }

    /** Takes one key away that is about to be destroyed: nothing is left to lock once its files are closed. */
    KeyOutcome destroy(Vault vault, KeyRecord key) {
        return remove(vault, key, "fuser -vm " + key.attribute("mount").orElse("/"));
    }

    /** Takes one key away. */
    private KeyOutcome remove(Vault vault, KeyRecord key) {
        return remove(vault, key, LOCK + vault.name());
    }

    private KeyOutcome remove(Vault vault, KeyRecord key, String whenBusy) {
        try {
            TargetRemoval removal = targets.of(key.target()).remove(vault.owner(), key);
            return removed(vault, key, removal, whenBusy);
        } catch (KernelException e) {
            return failed(vault, key, e);
        }
    }

    private KeyOutcome removed(Vault vault, KeyRecord key, TargetRemoval removal, String whenBusy) {
        KeyResult result = switch (removal.result()) {
            case REMOVED -> KeyResult.REMOVED;
            case ABSENT -> KeyResult.ABSENT;
            case BUSY -> KeyResult.BUSY;
        };
        Optional<String> hint = Optional.of(removal.hint().orElse(whenBusy))
                .filter(command -> removal.result() == TargetRemoval.Result.BUSY);
        return outcome(vault.owner(), key, result, List.of()).because(removal.reason(), hint);
    }

    private KeyOutcome failed(Vault vault, KeyRecord key, KernelException why) {
        return outcome(vault.owner(), key, KeyResult.FAILED, List.of()).because(reason(why), DOCTOR);
    }

    /** A key that was left out of the kernel because its vault is locked. */
    KeyOutcome leftLocked(Vault vault, KeyRecord key, KeyringException why) {
        return outcome(vault.owner(), key, KeyResult.ABSENT, List.of()).because(why.sentence(), why.hint());
    }

    private KeyOutcome inPlace(long owner, KeyRecord key, TargetState state) {
        return outcome(owner, key, KeyResult.IN_PLACE, state.serials()).plain();
    }

    private Draft outcome(long owner, KeyRecord key, KeyResult result, List<Long> serials) {
        Target target = targets.of(key.target());
        return (reason, hint) -> new KeyOutcome(
                key.name().text(),
                key.target(),
                result,
                target.identifiers(key),
                serials,
                target.place(owner, key),
                reason,
                hint);
    }

    private static String reason(KernelException e) {
        return e.call() + ": " + e.getMessage();
    }

    /** An outcome that lacks its reason. */
    @FunctionalInterface
    private interface Draft {
        KeyOutcome because(Optional<String> reason, Optional<String> hint);

        default KeyOutcome because(String reason, String hint) {
            return because(Optional.of(reason), Optional.of(hint));
        }

        default KeyOutcome plain() {
            return because(Optional.empty(), Optional.empty());
        }
    }
}
