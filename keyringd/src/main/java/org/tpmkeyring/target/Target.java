// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.target;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.tpmkeyring.kernel.KernelException;
import org.tpmkeyring.key.KeyRecord;
import org.tpmkeyring.protocol.value.KeyState;
import org.tpmkeyring.protocol.value.TargetType;
import org.tpmkeyring.secret.SecretBuffer;

/** What a kernel consumer wants: the format of its payload and the way there. Stateless. */
public interface Target {
    TargetType type();

    /**
     * Checks a wish before anything is read, made or written.
     *
     * @return length of the secret to ask for or to make, bytes; for a secret that is given, the longest
     *     that is possible
     * @throws org.tpmkeyring.protocol.KeyringException BAD_SIZE, BAD_ARGUMENT or NOT_SUPPORTED
     */
    int check(KeySpec spec);

    /**
     * Turns a secret into what is stored.
     *
     * @param spec passed {@link #check}
     * @param secret given by the person, or random bytes; stays the caller's
     * @throws org.tpmkeyring.protocol.KeyringException BAD_SIZE when a given secret has the wrong length
     */
    Material make(KeySpec spec, SecretBuffer secret) throws KernelException;

    /** Hands a key to its consumer, also over one that is there. {@code stored} stays the caller's. */
    Delivery deliver(long owner, KeyRecord key, SecretBuffer stored) throws KernelException;

    /** What the consumer has now. */
    TargetState state(long owner, KeyRecord key) throws KernelException;

    /** The same for whoever needs the key itself, also where its consumer does without it by now. */
    default TargetState atHand(long owner, KeyRecord key) throws KernelException {
        return state(owner, key);
    }

    /** Takes a key away. */
    TargetRemoval remove(long owner, KeyRecord key) throws KernelException;

    /** What the consumer knows the key by, as in {@code KeyInfo}. */
    List<String> identifiers(KeyRecord key);

    /**
     * What a directory is encrypted with, where the target can find out; empty where somebody else has to.
     */
    default Optional<Found> found(long owner, Path directory) throws KernelException {
        return Optional.empty();
    }

    /**
     * What a directory is encrypted with.
     *
     * @param identifiers of keys; none when it is not encrypted
     * @param directory device and inode of the one that was looked at, as {@code stat -c %d:%i} prints them
     */
    record Found(List<String> identifiers, String directory) {}

    /** Where deliveries go, in words, such as {@code user keyring of uid 1000}. */
    String place(long owner, KeyRecord key);

    /**
     * Takes a key out of the keyring when the door is closed, because its consumer has taken it up by the end of
     * boot; what was opened with it stays open. Empty for targets whose keys stay.
     */
    default Optional<TargetRemoval> leave(long owner, KeyRecord key) throws KernelException {
        return Optional.empty();
    }

    /** Whether a new key is to be delivered even into a vault that is locked, because it is used at once. */
    default boolean neededAtOnce(KeySpec spec) {
        return spec.directory().isPresent();
    }

    /**
     * Whether its consumer gets the key at each login and never by an unlock. An owner has one such key of a target at
     * most, in a vault for login.
     */
    default boolean onlyAtLogin() {
        return false;
    }

    /** Whether {@link #revealable} ever has something. */
    default boolean reveals() {
        return false;
    }

    /**
     * The part of the stored secret that a person may have to type elsewhere; the caller owns it. Empty for
     * targets where nobody has to.
     */
    default Optional<SecretBuffer> revealable(KeyRecord key, SecretBuffer stored) {
        return Optional.empty();
    }

    /**
     * Where the key is now.
     *
     * @param state one of the states of {@link KeyState}
     * @param serials kernel serials, empty for file systems
     */
    record TargetState(KeyState state, List<Long> serials) {}

    /**
     * Where it went.
     *
     * @param serials kernel serials, empty for file systems
     */
    record Delivery(List<Long> serials) {}

    /**
     * Result of a removal.
     *
     * @param reason why it is busy
     * @param hint the command that would end that, where it is the consumer's own
     */
    record TargetRemoval(Result result, Optional<String> reason, Optional<String> hint) {
        static TargetRemoval busy(String reason, String hint) {
            return new TargetRemoval(Result.BUSY, Optional.of(reason), Optional.of(hint));
        }

        /** The possible results. */
        public enum Result {
            REMOVED,
            ABSENT,
            BUSY
        }
    }
}
