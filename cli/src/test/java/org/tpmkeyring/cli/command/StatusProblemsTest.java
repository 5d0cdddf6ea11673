// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.tpmkeyring.cli.output.Style;
import org.tpmkeyring.cli.testing.Samples;
import org.tpmkeyring.protocol.api.DoorState;
import org.tpmkeyring.protocol.api.VaultDoor;
import org.tpmkeyring.protocol.api.VaultInfo;
import org.tpmkeyring.protocol.value.When;

class StatusProblemsTest {
    private static final String LONG = "volume 'data' is not the one that its key was made for: its LUKS header has"
            + " identity cdcdcdcdcdcdcdcd... and not abababababababab...";

    private final StatusProblems problems = of();

    private static StatusProblems of(VaultInfo... vaults) {
        return StatusProblems.of(Samples.status(DoorState.OPEN, vaults), 0, Set.of());
    }

    private static VaultInfo vault(String name, String id, long owner) {
        return new VaultInfo(name, id, owner, When.BOOT, 0, 0, List.of(), true, Optional.empty(), VaultDoor.NONE);
    }

    @Test
    void vaultsOfOneNameAreToldOnceWithTheirIdsAndTheirOwner() {
        assertThat(of(
                                vault("default", "a1", 0),
                                vault("default", "b1", 1000),
                                vault("default", "b2", 1000),
                                vault("music", "b3", 1000))
                        .lines(Style.PLAIN, 0))
                .containsExactly(
                        "",
                        "Needs you:",
                        "- 2 vaults have the name 'default': b1 and b2",
                        "  tpm-keyring vault rename b1 NEW-NAME --user 1000");
    }

    @Test
    void aLongLineIsBrokenAtBlanksAndIndented() {
        problems.add(LONG, "tpm-keyring volume check data");
        assertThat(problems.lines(Style.PLAIN, 80))
                .containsExactly(
                        "",
                        "Needs you:",
                        "- volume 'data' is not the one that its key was made for: its LUKS header has",
                        "  identity cdcdcdcdcdcdcdcd... and not abababababababab...",
                        "  tpm-keyring volume check data")
                .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80));
    }

    @Test
    void aCommandStaysWhole() {
        String command = "tpm-keyring recover " + "v".repeat(64) + " --user 1000";
        problems.add("it is shut", command);
        assertThat(problems.lines(Style.PLAIN, 40)).contains("  " + command);
    }

    @Test
    void withoutAScreenNothingIsBrokenOrLeftOut() {
        for (int i = 0; i < 9; i++) {
            problems.add(LONG, "command " + i);
        }
        assertThat(problems.lines(Style.PLAIN, 0)).hasSize(2 + 9 * 2).contains("- " + LONG, "  command 8");
    }

    @Test
    void onAScreenWholeProblemsAreLeftOutAndCounted() {
        for (int i = 0; i < 4; i++) {
            problems.add(LONG, "command " + i);
        }
        assertThat(problems.lines(Style.PLAIN, 80))
                .hasSize(2 + 2 * 3 + 1)
                .endsWith("  command 1", "+ 2 more: tpm-keyring status | less");
    }
}
