// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.tpm.esys;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PatienceTest {
    private final Patience patience = new Patience();

    @Test
    void is_there_at_first_and_after_calls_that_end_in_time() {
        Patience.Turn turn = patience.newTurn();
        assertThat(turn.begin()).isTrue();
        assertThat(patience.isExhausted()).isFalse();
        turn.end();
        assertThat(patience.isExhausted()).isFalse();
    }

    @Test
    void is_exhausted_while_a_call_runs_that_was_given_up() {
        Patience.Turn turn = patience.newTurn();
        assertThat(turn.begin()).isTrue();
        turn.giveUp();
        assertThat(patience.isExhausted()).isTrue();
        turn.end();
        assertThat(patience.isExhausted()).isFalse();
    }

    @Test
    void a_call_given_up_while_it_waited_is_not_begun() {
        Patience.Turn turn = patience.newTurn();
        turn.giveUp();
        assertThat(patience.isExhausted()).isFalse();
        assertThat(turn.begin()).isFalse();
        turn.end();
        assertThat(patience.isExhausted()).isFalse();
    }

    @Test
    void a_call_given_up_after_its_end_exhausts_nothing() {
        Patience.Turn turn = patience.newTurn();
        assertThat(turn.begin()).isTrue();
        turn.end();
        turn.giveUp();
        assertThat(patience.isExhausted()).isFalse();
    }
}
