// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.tpm.esys;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RetryBudgetTest {
    private long now = 17;
    /** A generator whose every number is 0, so that pauses are at their longest. */
    private final RetryBudget budget = new RetryBudget(() -> now, (RandomGenerator) () -> 0L);

    private List<Long> pausesMillis(Reaction reaction) {
        List<Long> pauses = new ArrayList<>();
        Optional<Duration> pause = budget.next(reaction);
        while (pause.isPresent()) {
            pauses.add(pause.get().toMillis());
            now += pause.get().toNanos();
            pause = budget.next(reaction);
        }
        return pauses;
    }

    @Test
    void a_busy_tpm_is_asked_from_20_ms_to_1_s_apart_for_10_s() {
        List<Long> pauses = pausesMillis(Reaction.RESEND);
        assertThat(pauses).startsWith(20L, 40L, 80L, 160L, 320L, 640L, 1000L, 1000L);
        assertThat(pauses.stream().mapToLong(Long::longValue).sum()).isBetween(10_000L, 11_000L);
    }

    @Test
    void changing_pcrs_are_tried_30_times() {
        assertThat(pausesMillis(Reaction.NEW_SESSION)).hasSize(30).allMatch(pause -> pause <= 50);
    }

    @Test
    void changing_pcrs_are_tried_no_longer_than_10_s() {
        assertThat(budget.next(Reaction.NEW_SESSION)).isPresent();
        now += Duration.ofSeconds(10).toNanos();
        assertThat(budget.next(Reaction.NEW_SESSION)).isEmpty();
    }

    @Test
    void a_full_tpm_is_tried_3_times() {
        assertThat(pausesMillis(Reaction.WAIT_FOR_ROOM)).containsExactly(100L, 200L, 400L);
    }

    @ParameterizedTest
    @EnumSource(names = {"RECONNECT", "STALE_HANDLE", "START_UP", "CONTEXT_GAP"})
    void these_are_tried_once(Reaction reaction) {
        assertThat(pausesMillis(reaction)).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource(
            names = {
                "POLICY_FAILED",
                "NOT_OURS",
                "WRONG_AUTH",
                "IN_LOCKOUT",
                "FORGED_RESPONSE",
                "HANDLE_MISSING",
                "UNEXPECTED"
            })
    void these_are_never_tried_again(Reaction reaction) {
        assertThat(reaction.retryable()).isFalse();
        assertThat(budget.next(reaction)).isEmpty();
    }

    @Test
    void reasons_are_counted_apart() {
        assertThat(budget.next(Reaction.RECONNECT)).isPresent();
        assertThat(budget.next(Reaction.RECONNECT)).isEmpty();
        assertThat(budget.next(Reaction.STALE_HANDLE)).isPresent();
    }

    @Test
    void pauses_are_spread_but_not_longer() {
        RetryBudget spread = new RetryBudget(() -> now, RandomGenerator.getDefault());
        for (int i = 0; i < 20; i++) {
            assertThat(spread.next(Reaction.NEW_SESSION))
                    .hasValueSatisfying(
                            pause -> assertThat(pause).isBetween(Duration.ofNanos(1_500_000), Duration.ofMillis(50)));
        }
    }
}
