// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.volume;

import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What a LUKS header tells to whoever can read it; nothing of it is secret.
 *
 * @param version 1 or 2
 * @param uuid as cryptsetup writes it
 * @param identity see {@link Identity}
 * @param usedSlots numbers of the keyslots that are taken
 * @param openingSlots those of them that open the volume
 * @param tokens of LUKS2
 */
public record LuksHeader(
        int version,
        String uuid,
        String identity,
        SortedSet<Integer> usedSlots,
        SortedSet<Integer> openingSlots,
        List<Token> tokens) {
    private static final int LUKS1_SLOTS = 8;
    private static final int LUKS2_SLOTS = 32;

    /**
     * A token.
     *
     * @param id number
     * @param type such as {@code luks2-keyring}
     * @param keyDescription of a luks2-keyring token, empty otherwise
     * @param slots keyslots that it belongs to
     */
    public record Token(int id, String type, String keyDescription, SortedSet<Integer> slots) {}

    /** The first keyslot that nobody has; -1 when all are taken. */
    public int freeSlot() {
        return firstFree(usedSlots, version == 1 ? LUKS1_SLOTS : LUKS2_SLOTS);
    }

    /** The first token number that nobody has; -1 when all are taken. */
    public int freeToken() {
        SortedSet<Integer> taken = new TreeSet<>();
        tokens.forEach(token -> taken.add(token.id()));
        return firstFree(taken, LUKS2_SLOTS);
    }

    private static int firstFree(SortedSet<Integer> taken, int count) {
        for (int number = 0; number < count; number++) {
            if (!taken.contains(number)) {
                return number;
            }
        }
        return -1;
    }

    /** The tokens that name this kernel key. */
    public List<Token> tokensOf(String keyDescription) {
        return tokens.stream()
                .filter(token -> token.keyDescription().equals(keyDescription))
                .toList();
    }
}
