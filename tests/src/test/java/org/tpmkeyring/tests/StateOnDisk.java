// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;

/** The state directory as it was when this was made: what is refused must leave it so. */
final class StateOnDisk {
    private final Machine machine;
    private final String digest;

    StateOnDisk(Machine machine) throws IOException {
        this.machine = machine;
        this.digest = Folder.digest(machine.state());
    }

    /** That it ended with this status, said why in one line, with or without a hint, and changed nothing. */
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

    /** That nothing in it changed and that the daemon is alive. */
    void assertUnchanged() throws IOException {
        assertThat(Folder.digest(machine.state())).as("the state directory").isEqualTo(digest);
        assertThat(machine.daemon().isAlive()).isTrue();
    }
}
