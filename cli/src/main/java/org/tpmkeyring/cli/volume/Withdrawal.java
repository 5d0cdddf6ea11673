// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.volume;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.KeyringException;
import org.tpmkeyring.protocol.api.Volume;

/**
 * A volume whose keyslot for a key of keyringd is about to go, and which is known to have a keyslot besides.
 *
 * @param device the device itself
 * @param slots keyslots that are ours
 * @param tokens tokens that are ours
 */
public record Withdrawal(Path device, SortedSet<Integer> slots, List<Integer> tokens) {
    /** What was found out about the keyslots: those that are ours, and why others could not be tried. */
    private record Trial(SortedSet<Integer> ours, Optional<String> obstacle) {}

    /**
     * Looks at the volume. A keyslot is ours when our key opens it; where the key cannot be had now, when our token names
     * it. Who cannot tell which one it is must not destroy the key: it may be the last.
     *
     * @param untriable why the key is not in root's keyring, so that no keyslot can be tried with it; empty when it is
     * @throws KeyringException LAST_KEYSLOT when nothing else opens the volume; KEYSLOT_UNKNOWN when that is not known
     */
    public static Withdrawal of(LuksWork work, String volume, Volume opens, Optional<String> untriable) {
        Path device;
        LuksHeader header;
        try {
            device = VolumeDevice.require(
                    work.root(),
                    volume,
                    opens.device().orElse("UUID=" + opens.uuid().orElse("")));
            header = work.cryptsetup().header(device);
        } catch (KeyringException e) {
            throw unknown(
                    volume,
                    e.sentence(),
                    "the same command once the volume is there, or, to give it up: tpm-keyring remove " + volume
                            + " --leave-volume");
        }
        if (!opens.identity().filter(header.identity()::equals).isPresent()) {
            throw unknown(
                    volume,
                    "what is at " + device + " now has another identity than the one that its key was made for",
                    "tpm-keyring volume check " + volume + ", or, to give it up: tpm-keyring remove " + volume
                            + " --leave-volume");
        }
        List<LuksHeader.Token> tokens = header.tokensOf(LuksWork.description(volume));
        Trial trial = untriable.isPresent() ? trust(tokens, untriable) : tried(work, volume, device, header);
        requireAnother(volume, device, header, trial, untriable.isPresent());
        return new Withdrawal(
                device, trial.ours(), tokens.stream().map(LuksHeader.Token::id).toList());
    }

    private static Trial trust(List<LuksHeader.Token> tokens, Optional<String> untriable) {
        SortedSet<Integer> named = new TreeSet<>();
        tokens.forEach(token -> named.addAll(token.slots()));
        return new Trial(named, untriable);
    }

    /** All of them: a person may have given the volume the same passphrase twice. */
    private static Trial tried(LuksWork work, String volume, Path device, LuksHeader header) {
        SortedSet<Integer> ours = new TreeSet<>();
        List<String> obstacles = new ArrayList<>();
        for (int slot : header.openingSlots()) {
            try {
                if (work.cryptsetup().opens(device, volume, slot)) {
                    ours.add(slot);
                }
            } catch (KeyringException e) {
                obstacles.add(e.sentence());
            }
        }
        return new Trial(ours, obstacles.stream().findFirst());
    }

    private static void requireAnother(String volume, Path device, LuksHeader header, Trial trial, boolean shut) {
        SortedSet<Integer> others = new TreeSet<>(header.openingSlots());
        others.removeAll(trial.ours());
        if (!trial.ours().isEmpty()) {
            if (others.isEmpty()) {
                throw KeyringException.of(ErrorKind.LAST_KEYSLOT)
                        .with("volume", volume)
                        .with("slot", trial.ours().first())
                        .with("device", device)
                        .build();
            }
            return;
        }
        if (trial.obstacle().isPresent()) {
            throw unknown(
                    volume,
                    "which keyslot of " + device + " is the key's cannot be tried, since "
                            + trial.obstacle().get(),
                    (shut ? "the same command with --unlock-key-file FILE" : "tpm-keyring doctor")
                            + ", or, to give the volume up: tpm-keyring remove " + volume + " --leave-volume");
        }
        if (others.size() <= 1) {
            throw unknown(
                    volume,
                    "it opens no keyslot of " + device + " now, and there is "
                            + (others.isEmpty() ? "none left" : "only one, so that nothing shows who has a passphrase"),
                    "cryptsetup open --test-passphrase " + device
                            + ", and if you have a passphrase: tpm-keyring remove " + volume + " --leave-volume");
        }
    }

    private static KeyringException unknown(String volume, String reason, String hint) {
        return KeyringException.of(ErrorKind.KEYSLOT_UNKNOWN)
                .with("volume", volume)
                .with("reason", reason)
                .with("hint", hint)
                .build();
    }

    /** Removes tokens and keyslots. */
    public void carryOut(Cryptsetup cryptsetup) {
        tokens.forEach(token -> cryptsetup.removeToken(device, token));
        slots.forEach(slot -> cryptsetup.removeSlot(device, slot));
    }
}
