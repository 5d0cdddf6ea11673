// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.tpmkeyring.protocol.KeyringException;

final class LanesTest {
    private final Lanes lanes = new Lanes(ServerLimits.standard());

    @Test
    void aUserHasEightAndRootSixtyFour() {
        for (int i = 0; i < 8; i++) {
            assertThat(lanes.enter(1000)).isEmpty();
        }
        assertThat(lanes.enter(1000).map(KeyringException::sentence))
                .contains("uid 1000 already has 8 connections open");
        for (int i = 0; i < 64; i++) {
            assertThat(lanes.enter(0)).isEmpty();
        }
        assertThat(lanes.enter(0).map(KeyringException::sentence)).contains("uid 0 already has 64 connections open");
    }

    @Test
    void allUsersTogetherHaveSixtyFourAndNoneOfThemIsRoots() {
        for (int uid = 1; uid <= 8; uid++) {
            for (int i = 0; i < 8; i++) {
                assertThat(lanes.enter(uid)).isEmpty();
            }
        }
        assertThat(lanes.enter(9).map(KeyringException::sentence))
                .contains("everybody but root together already has 64 connections open");
        assertThat(lanes.enter(0)).isEmpty();
        lanes.leave(3);
        assertThat(lanes.enter(9)).isEmpty();
        assertThat(lanes.enter(9)).isPresent();
    }

    /** Whatever comes and goes, the lanes count as a plain list of open connections would. */
    @Property(tries = 200)
    void theyNeverLoseCount(@ForAll List<@IntRange(max = 12) Integer> comings, @ForAll List<Boolean> goings) {
        Lanes counted = new Lanes(ServerLimits.standard());
        Deque<Long> open = new ArrayDeque<>();
        Map<Long, Integer> each = new HashMap<>();
        for (int i = 0; i < comings.size() * 8; i++) {
            long uid = comings.get(i % comings.size());
            boolean expected = uid == 0
                    ? each.getOrDefault(uid, 0) < 64
                    : each.getOrDefault(uid, 0) < 8
                            && open.stream().filter(u -> u != 0).count() < 64;
            Optional<KeyringException> refusal = counted.enter(uid);
            assertThat(refusal.isEmpty()).isEqualTo(expected);
            if (expected) {
                open.add(uid);
                each.merge(uid, 1, Integer::sum);
            }
            if (!goings.isEmpty() && goings.get(i % goings.size()) && !open.isEmpty()) {
                long gone = open.remove();
                each.merge(gone, -1, Integer::sum);
                counted.leave(gone);
            }
        }
    }
}
