// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tpmkeyring.cli.testing.CommandRun;
import org.tpmkeyring.cli.testing.FakeDaemon;
import org.tpmkeyring.cli.testing.Samples;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.api.Check;
import org.tpmkeyring.protocol.api.Check.Verdict;
import org.tpmkeyring.protocol.api.Diagnose;
import org.tpmkeyring.protocol.api.DoorInfo;
import org.tpmkeyring.protocol.api.DoorState;
import org.tpmkeyring.protocol.api.Status;
import org.tpmkeyring.protocol.api.TpmState;
import org.tpmkeyring.protocol.api.VaultDoor;
import org.tpmkeyring.protocol.api.VaultInfo;
import org.tpmkeyring.protocol.value.When;
import org.tpmkeyring.protocol.wire.RecordCodec;
import org.tpmkeyring.protocol.wire.ReplyMessage;

class DoctorCommandTest {
    private static final Status.Reply STATUS = new Status.Reply(
            "0.1.0",
            1,
            "swtpm:path=/s",
            true,
            TpmState.READY,
            "",
            "/var/lib/tpm-keyring",
            new DoorInfo(DoorState.OFF, Optional.empty(), Optional.empty()),
            List.of(),
            List.of(),
            List.of(),
            List.of());

    @TempDir
    Path directory;

    private CommandRun doctor(Verdict fromDaemon, String... words) throws IOException {
        Files.createDirectories(directory.resolve("root/proc"));
        Files.writeString(directory.resolve("root/proc/keys"), "");
        Diagnose.Reply found = new Diagnose.Reply(
                List.of(new Check("tpm", fromDaemon, "what the daemon found", Optional.of("tpm-keyring tpm info"))));
        try (FakeDaemon daemon = FakeDaemon.at(
                directory.resolve("s"),
                (call, exchange) ->
                        ReplyMessage.success(RecordCodec.toTree(call.method().endsWith("Status") ? STATUS : found)))) {
            return new CommandRun()
                    .socket(daemon.socket())
                    .root(directory.resolve("root"))
                    .run(words);
        }
    }

    @Test
    void whatTheDaemonFindsStandsBesideWhatTheMachineTells() throws IOException {
        CommandRun run = doctor(Verdict.WARNING, "doctor");
        assertThat(run.out())
                .contains("ok       daemon            keyringd 0.1.0 answers at ")
                .contains("note     tpm-device        there is no /dev/tpmrm0")
                .contains(
                        "warning  tpm               what the daemon found\n                           tpm-keyring tpm info\n")
                .contains("0 problems, ");
        assertThat(run.status()).as("a warning is no failure").isZero();
    }

    @Test
    void aProblemIsAFailure() throws IOException {
        CommandRun run = doctor(Verdict.PROBLEM, "doctor");
        assertThat(run.out()).contains("problem  tpm               what the daemon found");
        assertThat(run.status()).isEqualTo(1);
    }

    @Test
    void quietLeavesOutWhatIsWell() throws IOException {
        assertThat(doctor(Verdict.WARNING, "doctor", "-q").out())
                .doesNotContain("ok       ")
                .contains("warning  tpm");
    }

    @Test
    void jsonIsTheReplyWithAllFindings() throws IOException {
        assertThat(doctor(Verdict.OK, "doctor", "--json=short").out())
                .startsWith("{\"checks\":[{\"name\":\"daemon\",\"verdict\":\"ok\"")
                .contains("{\"name\":\"tpm\",\"verdict\":\"ok\",\"finding\":\"what the daemon found\"");
    }

    @Test
    void aDaemonThatRefusesToExamineItselfLeavesTheRest() throws IOException {
        Files.createDirectories(directory.resolve("root/proc"));
        Files.writeString(directory.resolve("root/proc/keys"), "");
        try (FakeDaemon daemon = FakeDaemon.at(
                directory.resolve("s"),
                (call, exchange) -> call.method().endsWith("Status")
                        ? ReplyMessage.success(RecordCodec.toTree(STATUS))
                        : ReplyMessage.failure(
                                ErrorKind.NOT_PERMITTED.wireName(),
                                Map.of("who", "uid 33", "action", "make the daemon examine itself")))) {
            CommandRun run = new CommandRun()
                    .socket(daemon.socket())
                    .root(directory.resolve("root"))
                    .run("doctor");
            assertThat(run.out())
                    .contains("ok       kernel-keys")
                    .contains("warning  daemon-checks     uid 33 may not make the daemon examine itself");
            assertThat(run.status()).isZero();
        }
    }

    @ParameterizedTest
    @CsvSource({"LOGIN, 'warning  pam '", "BOOT, 'note     pam '"})
    void whetherLoginOpensAnythingDependsOnWhatThereIsToOpen(When when, String line) throws IOException {
        Files.createDirectories(directory.resolve("root/etc/pam.d"));
        Files.writeString(directory.resolve("root/etc/pam.d/login"), "session required pam_unix.so\n");
        VaultInfo vault =
                new VaultInfo("home", "00", 1000, when, 0, 0, List.of(), true, Optional.empty(), VaultDoor.NONE);
        try (FakeDaemon daemon = FakeDaemon.at(
                directory.resolve("s"),
                (call, exchange) -> ReplyMessage.success(RecordCodec.toTree(
                        call.method().endsWith("Status")
                                ? Samples.status(DoorState.OPEN, vault)
                                : new Diagnose.Reply(List.of()))))) {
            CommandRun run = new CommandRun()
                    .socket(daemon.socket())
                    .root(directory.resolve("root"))
                    .run("doctor");
            assertThat(run.out()).contains(line).contains("man pam_tpm_keyring");
        }
    }

    @Test
    void withoutADaemonTheMachineIsLookedAtAllTheSame() throws IOException {
        Files.createDirectories(directory.resolve("root"));
        CommandRun run = new CommandRun()
                .socket(directory.resolve("none"))
                .root(directory.resolve("root"))
                .run("doctor");
        assertThat(run.out())
                .contains("problem  daemon            keyringd does not answer")
                .contains("sudo keyringd --socket=" + directory.resolve("none"))
                .contains("problem  tpm-device");
        assertThat(run.status()).isEqualTo(1);
    }
}
