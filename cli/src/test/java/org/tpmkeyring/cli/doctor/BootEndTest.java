// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tpmkeyring.cli.mounttab.MountTable;
import org.tpmkeyring.cli.testing.Samples;
import org.tpmkeyring.cli.volume.Crypttab;
import org.tpmkeyring.protocol.api.Check;
import org.tpmkeyring.protocol.api.DoorState;
import org.tpmkeyring.protocol.api.ProtectorInfo;
import org.tpmkeyring.protocol.api.ProtectorType;
import org.tpmkeyring.protocol.api.Status;
import org.tpmkeyring.protocol.api.VaultDoor;
import org.tpmkeyring.protocol.api.VaultInfo;
import org.tpmkeyring.protocol.value.When;

/** A door that nobody closed: when that is told, and when not. */
class BootEndTest {
    private static final long BOOT = 1_795_420_800L;

    @TempDir
    Path root;

    private final Findings findings = new Findings();

    @BeforeEach
    void aMachineThatIsUp() throws IOException {
        Files.createDirectories(root.resolve("proc"));
        Files.writeString(root.resolve("proc/stat"), "cpu  1 2 3\nbtime " + BOOT + "\nprocesses 7\n");
        systemSays("running");
    }

    private void systemSays(String state) throws IOException {
        Path program = root.resolve("systemctl");
        Files.writeString(program, "#!/bin/sh\necho " + state + "\n[ " + state + " = running ]\n");
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
    }

    private static VaultInfo vault(VaultDoor door, long created) {
        return new VaultInfo(
                "disks",
                "00",
                1000,
                When.BOOT,
                1,
                1,
                List.of(new ProtectorInfo("tpm2-1", ProtectorType.TPM2, Optional.of("7+15:sha256"), created, false)),
                true,
                Optional.empty(),
                door);
    }

    private List<Check> check(String active, Status.Reply status) {
        Units units =
                new Units(List.of(new Unit("tpm-keyring-close.service", "loaded", active, "success", "enabled", "")));
        Consumers nothing = new Consumers(new Crypttab(""), "", MountTable.parse(new byte[0]), List.of());
        BootEnd bootEnd = new BootEnd(new Machine(root), Map.of("PATH", root.toString()), status);
        UnitCheck.run(Optional.of(units), nothing, bootEnd, findings);
        return findings.all();
    }

    private void assertWell(String active, Status.Reply status) {
        assertThat(check(active, status)).extracting(Check::verdict).containsOnly(Check.Verdict.OK);
    }

    @ParameterizedTest
    @ValueSource(strings = {"running", "degraded"})
    void aDoorThatIsOpenAfterTheBootIsTold(String state) throws IOException {
        systemSays(state);

        assertThat(check("inactive", Samples.status(DoorState.OPEN, vault(VaultDoor.OPEN, BOOT - 1))))
                .singleElement()
                .satisfies(check -> {
                    assertThat(check.verdict()).isEqualTo(Check.Verdict.WARNING);
                    assertThat(check.finding())
                            .isEqualTo("tpm-keyring-close.service has not run since the boot, so the door is open and"
                                    + " the TPM still opens vault 'disks' of uid 1000");
                    assertThat(check.advice()).contains("systemctl start tpm-keyring-close.service");
                });
    }

    @ParameterizedTest
    @ValueSource(strings = {"initializing", "starting", "maintenance", "stopping", "offline", "''"})
    void whileTheBootGoesOnItIsOpenAsItShouldBe(String state) throws IOException {
        systemSays(state);

        assertWell("inactive", Samples.status(DoorState.OPEN, vault(VaultDoor.OPEN, BOOT - 1)));
    }

    @ParameterizedTest
    @CsvSource({"activating", "active"})
    void soItIsWhileTheUnitRunsAndWhenItRan(String active) {
        assertWell(active, Samples.status(DoorState.OPEN, vault(VaultDoor.OPEN, BOOT - 1)));
    }

    @Test
    void aVaultThatWasMadeSinceWasNeverToBeShut() {
        assertWell("inactive", Samples.status(DoorState.OPEN, vault(VaultDoor.OPEN, BOOT)));
    }

    @Test
    void aVaultThatTheDoorDoesNotConcernLeavesItOpen() {
        assertWell("inactive", Samples.status(DoorState.OPEN, vault(VaultDoor.REOPENABLE, BOOT - 1)));
    }

    @Test
    void aDoorThatSomebodyClosedIsClosed() {
        assertWell("inactive", Samples.status(DoorState.CLOSED, vault(VaultDoor.SHUT, BOOT - 1)));
    }

    @Test
    void withoutATimeOfTheBootNothingIsTold() throws IOException {
        Files.delete(root.resolve("proc/stat"));

        assertWell("inactive", Samples.status(DoorState.OPEN, vault(VaultDoor.OPEN, BOOT - 1)));
    }
}
