// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.service;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import org.tpmkeyring.kernel.KernelException;
import org.tpmkeyring.key.KeyRecord;
import org.tpmkeyring.protocol.api.KeyInfo;
import org.tpmkeyring.protocol.value.KeyState;
import org.tpmkeyring.target.Opens;
import org.tpmkeyring.target.Target;
import org.tpmkeyring.target.Target.TargetState;
import org.tpmkeyring.target.Targets;
import org.tpmkeyring.vault.Vault;

/** Where keys are now. The kernel is asked each time, nothing is remembered, and the TPM is left alone. */
final class KeyStates {
    private static final Logger LOG = System.getLogger(KeyStates.class.getName());

    private final Targets targets;

    /** What a target is asked about a key. */
    @FunctionalInterface
    private interface Question {
        TargetState ask(Target target, long owner, KeyRecord key) throws KernelException;
    }

    KeyStates(Targets targets) {
        this.targets = targets;
    }

    /** What the consumer has; UNKNOWN where it cannot be asked. */
    TargetState of(long owner, KeyRecord key) {
        return ask(Target::state, owner, key);
    }

    /** The same for whoever needs the key itself, see {@link Target#atHand}. */
    TargetState atHand(long owner, KeyRecord key) {
        return ask(Target::atHand, owner, key);
    }

    private TargetState ask(Question question, long owner, KeyRecord key) {
        try {
            return question.ask(targets.of(key.target()), owner, key);
        } catch (KernelException e) {
            LOG.log(Level.DEBUG, "the state of key " + key.name() + " of uid " + owner + " is not known", e);
            return new TargetState(KeyState.UNKNOWN, List.of());
        }
    }

    /** Whether an unlock has nothing to do for this key. */
    boolean inPlace(long owner, KeyRecord key) {
        return of(owner, key).state() == KeyState.DELIVERED;
    }

    /** Whether at least one of the vault's keys is in place. */
    boolean unlocked(Vault vault) {
        return vault.keys().stream().anyMatch(key -> inPlace(vault.owner(), key.record()));
    }

    /** How many of the vault's keys are in place. */
    int delivered(Vault vault) {
        return (int) vault.keys().stream()
                .filter(key -> inPlace(vault.owner(), key.record()))
                .count();
    }

    /** A key as it is listed. */
    KeyInfo info(Vault vault, KeyRecord key) {
        Target target = targets.of(key.target());
        TargetState state = of(vault.owner(), key);
        return new KeyInfo(
                key.name().text(),
                vault.name().text(),
                vault.owner(),
                key.target(),
                state.state(),
                target.identifiers(key),
                state.serials(),
                key.attribute("mount"),
                Opens.of(key),
                key.sizeBytes(),
                key.created());
    }
}
