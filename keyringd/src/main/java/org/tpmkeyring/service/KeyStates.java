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
        return nothingToDo(of(owner, key).state());
    }

    /** Whether an unlock has nothing to do for a key in this state. */
    static boolean nothingToDo(KeyState state) {
        return state == KeyState.DELIVERED || state == KeyState.AT_LOGIN;
    }

    /** Whether the kernel has at least one of the vault's keys, or would have none of them anyway. */
    boolean unlocked(Vault vault) {
        return unlocked(states(vault));
    }

    private static boolean unlocked(List<KeyState> states) {
        return states.contains(KeyState.DELIVERED)
                || (!states.isEmpty() && states.stream().allMatch(KeyState.AT_LOGIN::equals));
    }

    private List<KeyState> states(Vault vault) {
        return vault.keys().stream()
                .map(key -> of(vault.owner(), key.record()).state())
                .toList();
    }

    /** How many of the vault's keys are in place; those that the kernel never has are as the others. */
    int delivered(Vault vault) {
        List<KeyState> states = states(vault);
        return unlocked(states)
                ? (int) states.stream().filter(KeyStates::nothingToDo).count()
                : 0;
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
