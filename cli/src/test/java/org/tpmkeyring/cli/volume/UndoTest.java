// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.volume;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.KeyringException;

class UndoTest {
    private final List<String> done = new ArrayList<>();
    private final Undo undo = new Undo();

    @Test
    void theLastIsTakenBackFirstAndOnceOnly() {
        undo.plan("one by hand", () -> done.add("one"));
        undo.plan("two by hand", () -> done.add("two"));
        assertThat(undo.run()).isEmpty();
        assertThat(undo.run()).isEmpty();
        assertThat(done).containsExactly("two", "one");
    }

    @Test
    void whatCannotBeTakenBackIsToldAndTheRestGoesOn() {
        undo.plan("one by hand", () -> done.add("one"));
        undo.plan("two by hand", () -> {
            throw KeyringException.of(ErrorKind.UNEXPECTED).build();
        });
        assertThat(undo.run()).containsExactly("two by hand");
        assertThat(done).containsExactly("one");
    }

    @Test
    void whatIsDoneForGoodIsNotTakenBack() {
        undo.plan("one by hand", () -> done.add("one"));
        undo.forget();
        assertThat(undo.run()).isEmpty();
        assertThat(done).isEmpty();
    }
}
