// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.volume;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.tpmkeyring.protocol.KeyringException;

/**
 * A volume whose keyslots for a key of keyringd are about to go. A keyslot is the key's when the key opens it; where the
 * key cannot be had now, when a token says so.
 *
 * @param volume as it was found
 * @param slots keyslots that are the key's
 * @param obstacle why not all keyslots were tried
 */
public record Withdrawal(EnrolledVolume volume, SortedSet<Integer> slots, Optional<Untriable> obstacle) {
    /** Tries the key, which is in root's keyring. All of them: the volume may have been given the same passphrase twice. */
    public static Withdrawal tried(Cryptsetup cryptsetup, EnrolledVolume volume) {
        SortedSet<Integer> ours = new TreeSet<>();
        List<String> obstacles = new ArrayList<>();
        for (int slot : volume.header().openingSlots()) {
            try {
                if (cryptsetup.opens(volume.device(), volume.name(), slot)) {
                    ours.add(slot);
                }
            } catch (KeyringException e) {
                obstacles.add(e.sentence());
            }
        }
        return new Withdrawal(
                volume,
                ours,
                obstacles.stream().findFirst().map(reason -> new Untriable(reason, "tpm-keyring doctor")));
    }

    /** Takes the word of the tokens, since the key is not to be had. */
    public static Withdrawal believed(EnrolledVolume volume, Untriable why) {
        return new Withdrawal(volume, EnrolledVolume.slots(volume.tokens()), Optional.of(why));
    }

    public Path device() {
        return volume.device();
    }

    /** Tokens of the key in a header, but not one that tells a keyslot which the key did not open: it stays a warning. */
    List<LuksHeader.Token> tokensIn(EnrolledVolume now) {
        return now.tokens().stream()
                .filter(token -> slots.containsAll(token.slots()))
                .toList();
    }
}
