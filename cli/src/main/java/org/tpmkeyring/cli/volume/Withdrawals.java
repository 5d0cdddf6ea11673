// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.volume;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.KeyringException;
import org.tpmkeyring.protocol.api.Volume;

/**
 * Withdrawals that go together. The keyslot of one is no other way into the volume for its neighbour; neither is a keyslot
 * whose token names a key that keyringd does not have, or not for this volume: nobody knows that secret.
 */
public final class Withdrawals {
    private final List<Withdrawal> all;
    private final Map<String, Volume> staying;

    /**
     * @param staying the luks keys that are not destroyed, by name
     */
    public Withdrawals(List<Withdrawal> all, Map<String, Volume> staying) {
        this.all = all;
        this.staying = staying;
    }

    /**
     * Who cannot tell which keyslot is the key's must not destroy the key: it may be the last.
     *
     * @throws KeyringException LAST_KEYSLOT when nothing else opens a volume; KEYSLOT_UNKNOWN when that is not known
     */
    public void requireAnother() {
        all.forEach(this::requireAnother);
    }

    private void requireAnother(Withdrawal one) {
        EnrolledVolume volume = one.volume();
        SortedSet<Integer> others = rest(volume);
        others.removeAll(lost(volume));
        if (!one.slots().isEmpty()) {
            if (others.isEmpty()) {
                throw last(one);
            }
            return;
        }
        if (one.obstacle().isPresent()) {
            Untriable why = one.obstacle().get();
            throw volume.unknown(
                    "which keyslot of " + volume.device() + " is the key's cannot be tried, since " + why.reason(),
                    volume.orGiveUp(why.hint()));
        }
        if (others.size() <= 1) {
            throw volume.unknown(
                    "it opens no keyslot of " + volume.device() + " now, and there is "
                            + (others.isEmpty() ? "none left" : "only one, so that nothing shows who has a passphrase"),
                    Cryptsetup.passphraseTrial(volume.device()) + ", and if a passphrase opens it: " + volume.giveUp());
        }
    }

    private static KeyringException last(Withdrawal one) {
        EnrolledVolume volume = one.volume();
        KeyringException last = KeyringException.of(ErrorKind.LAST_KEYSLOT)
                .with("volume", volume.name())
                .with("slot", one.slots().first())
                .with("device", volume.device())
                .build();
        SortedSet<Integer> useless = new TreeSet<>(volume.header().openingSlots());
        useless.removeAll(one.slots());
        return useless.isEmpty()
                ? last
                : volume.unknown(
                        "whatever else opens " + volume.device() + ", keyslot "
                                + useless.stream().map(String::valueOf).collect(Collectors.joining(", "))
                                + ", is of a key that goes with it or is lost",
                        volume.orGiveUp(last.hint()));
    }

    /** Keyslots of a volume that are no withdrawn key's. */
    private SortedSet<Integer> rest(EnrolledVolume volume) {
        SortedSet<Integer> rest = new TreeSet<>(volume.header().openingSlots());
        all.stream()
                .filter(one ->
                        one.volume().header().identity().equals(volume.header().identity()))
                .forEach(one -> rest.removeAll(one.slots()));
        return rest;
    }

    /** Keyslots for a key of ours that does not stay, or is no more. */
    private SortedSet<Integer> lost(EnrolledVolume volume) {
        return EnrolledVolume.slots(volume.header().tokens().stream()
                .filter(token -> LuksWork.volume(token.keyDescription())
                        .filter(name -> Optional.ofNullable(staying.get(name))
                                .filter(volume::isOf)
                                .isEmpty())
                        .isPresent())
                .toList());
    }

    /**
     * Looks again, before keys are destroyed: a person may have thought about it for a day.
     *
     * @throws KeyringException KEYSLOT_UNKNOWN when a volume is not what it was
     */
    public void requireUnchanged(Cryptsetup cryptsetup) {
        for (Withdrawal one : all) {
            EnrolledVolume volume = one.volume();
            String once = volume.orGiveUp("the same command once more");
            SortedSet<Integer> now;
            try {
                now = volume.again(cryptsetup).header().openingSlots();
            } catch (KeyringException e) {
                throw volume.unknown(e.sentence(), once);
            }
            if (!now.equals(volume.header().openingSlots())) {
                throw volume.unknown("the keyslots of " + volume.device() + " have changed meanwhile", once);
            }
        }
    }

    /**
     * Removes tokens and keyslots of one of them.
     *
     * @throws KeyringException UNEXPECTED, BAD_ARGUMENT
     */
    public void carryOut(Withdrawal one, Cryptsetup cryptsetup) {
        EnrolledVolume now = one.volume().again(cryptsetup);
        if (!rest(now).equals(rest(one.volume()))) {
            throw KeyringException.of(ErrorKind.UNEXPECTED)
                    .with("detail", "the keyslots of " + one.device() + " have changed meanwhile, so none is removed")
                    .with("hint", "cryptsetup luksDump " + one.device())
                    .build();
        }
        one.tokensIn(now).forEach(token -> cryptsetup.removeToken(one.device(), token.id()));
        SortedSet<Integer> there = new TreeSet<>(one.slots());
        there.retainAll(now.header().openingSlots());
        there.forEach(slot -> cryptsetup.removeSlot(one.device(), slot));
    }
}
