// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;

/** Watches that what is refused changes nothing in a machine's state directory, from now on. */
final class Refusals {
    private final Machine machine;
    private final String before;

    Refusals(Machine machine) throws IOException {
        this.machine = machine;
        this.before = Folder.digest(machine.state());
    }

    /** One line and a hint, this exit status, and nothing else has happened. */
    void assertRefused(Outcome outcome, int status) throws IOException {
        outcome.endedWith(status);
        List<String> lines = outcome.errors().lines().toList();
        assertThat(lines).as(outcome.errors()).hasSizeBetween(1, 2);
        assertThat(lines.get(0)).startsWith("tpm-keyring: ").doesNotContain("Exception");
        if (lines.size() == 2) {
            assertThat(lines.get(1)).startsWith("hint: ");
        }
        assertUnchanged();
    }

    void assertUnchanged() throws IOException {
        assertThat(Folder.digest(machine.state())).as("the state directory").isEqualTo(before);
        assertThat(machine.daemon().isAlive()).isTrue();
    }
}
