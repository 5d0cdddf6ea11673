// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.volume;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.KeyringException;
import org.tpmkeyring.protocol.api.Volume;

/**
 * A volume whose keyslot for a key of keyringd is about to go.
 *
 * @param device the device itself
 * @param slots keyslots that are ours
 * @param tokens tokens that are ours
 */
public record Withdrawal(Path device, SortedSet<Integer> slots, List<Integer> tokens) {
    /**
     * Looks at the volume. A keyslot is ours when our token names it, or when our key opens it.
     *
     * @throws KeyringException NO_SUCH_DEVICE, UNEXPECTED_VOLUME, BAD_ARGUMENT when the volume cannot be touched;
     *     LAST_KEYSLOT when it must not be
     */
    public static Withdrawal of(LuksWork work, String volume, Volume opens) {
        String named = opens.device().orElse("UUID=" + opens.uuid().orElse(""));
        Path device = VolumeDevice.require(work.root(), volume, named);
        LuksHeader header = work.cryptsetup().header(device);
        if (!opens.identity().filter(header.identity()::equals).isPresent()) {
            throw KeyringException.of(ErrorKind.UNEXPECTED_VOLUME)
                    .with("volume", volume)
                    .with("reason", "its LUKS header has another identity")
                    .build();
        }
        SortedSet<Integer> slots = new TreeSet<>();
        List<Integer> tokens = new ArrayList<>();
        for (LuksHeader.Token token : header.tokensOf(LuksWork.description(volume))) {
            tokens.add(token.id());
            slots.addAll(token.slots());
        }
        if (slots.isEmpty()) {
            for (int slot : header.openingSlots()) {
                if (work.cryptsetup().opens(device, volume, slot)) {
                    slots.add(slot);
                }
            }
        }
        if (!slots.isEmpty() && slots.containsAll(header.openingSlots())) {
            throw KeyringException.of(ErrorKind.LAST_KEYSLOT)
                    .with("volume", volume)
                    .with("slot", slots.first())
                    .with("device", device)
                    .build();
        }
        return new Withdrawal(device, slots, tokens);
    }

    /** Removes tokens and keyslots. */
    public void carryOut(Cryptsetup cryptsetup) {
        tokens.forEach(token -> cryptsetup.removeToken(device, token));
        slots.forEach(slot -> cryptsetup.removeSlot(device, slot));
    }
}
