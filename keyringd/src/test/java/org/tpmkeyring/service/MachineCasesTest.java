// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.tpmkeyring.kernel.KernelKeyType;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.api.AddKey;
import org.tpmkeyring.protocol.api.Check;
import org.tpmkeyring.protocol.api.Diagnose;
import org.tpmkeyring.protocol.api.Explain;
import org.tpmkeyring.protocol.api.Method;
import org.tpmkeyring.protocol.api.Methods;
import org.tpmkeyring.protocol.api.PcrBankInfo;
import org.tpmkeyring.protocol.api.Property;
import org.tpmkeyring.protocol.api.TpmInfo;
import org.tpmkeyring.protocol.api.TpmPcrs;
import org.tpmkeyring.protocol.api.TpmSelfTest;
import org.tpmkeyring.tpm.TpmProperty;

final class MachineCasesTest extends WorldTest {
    private Map<String, Check> diagnose(long uid) {
        return world.callAs(uid, Diagnose.METHOD, new Diagnose.Request(), person).checks().stream()
                .collect(Collectors.toMap(Check::name, check -> check, (first, second) -> first));
    }

    @Test
    void everyMethodHasAHandler() {
        for (Method<?, ?> method : Methods.ALL) {
            assertThat(world.answers(method)).as(method.name()).isTrue();
        }
    }

    @Test
    void tellsWhatTheTpmIs() {
        TpmInfo.Reply reply = world.call(TpmInfo.METHOD, new TpmInfo.Request());

        assertThat(reply.device()).isEqualTo("fake:");
        assertThat(reply.softwareTpm()).isTrue();
        assertThat(reply.properties()).contains(new Property("Identity", "Manufacturer", "FAKE"));
    }

    @Test
    void testsTheTpm() {
        assertThat(world.call(TpmSelfTest.METHOD, new TpmSelfTest.Request(true)).passed())
                .isTrue();
    }

    @Test
    void readsEveryBankOrASelection() {
        List<PcrBankInfo> all = world.call(TpmPcrs.METHOD, new TpmPcrs.Request(Optional.empty()))
                .banks();
        assertThat(all).extracting(PcrBankInfo::bank).containsExactly("sha1", "sha256");
        assertThat(all.get(1).pcrs()).hasSize(24);

        List<PcrBankInfo> two = world.call(TpmPcrs.METHOD, new TpmPcrs.Request(Optional.of("sha1:7,14")))
                .banks();
        assertThat(two).singleElement().satisfies(bank -> {
            assertThat(bank.pcrs()).hasSize(2);
            assertThat(bank.pcrs().get(0).value()).hasSize(40);
            assertThat(bank.pcrs().get(0).measures()).isNotEmpty();
        });
    }

    @Test
    void refusesSelectionsThatAreNone() {
        assertThat(refused(() -> world.call(TpmPcrs.METHOD, new TpmPcrs.Request(Optional.of("24"))))
                        .kind())
                .isEqualTo(ErrorKind.BAD_PCRS);
    }

    @Test
    void saysOfEachQuestionToTheTpmThatThereIsNone() {
        world.tpm.unavailable("no such device");

        assertThat(refused(() -> world.call(TpmInfo.METHOD, new TpmInfo.Request()))
                        .kind())
                .isEqualTo(ErrorKind.TPM_UNAVAILABLE);
        assertThat(refused(() -> world.call(TpmSelfTest.METHOD, new TpmSelfTest.Request(false)))
                        .kind())
                .isEqualTo(ErrorKind.TPM_UNAVAILABLE);
        assertThat(refused(() -> world.call(TpmPcrs.METHOD, new TpmPcrs.Request(Optional.empty())))
                        .kind())
                .isEqualTo(ErrorKind.TPM_UNAVAILABLE);
    }

    @Test
    void theDoctorFindsASoundMachineSound() {
        world.add("a");

        Map<String, Check> checks = diagnose(0);

        assertThat(checks)
                .containsOnlyKeys(
                        "tpm",
                        "tpm-kind",
                        "tpm-lockout",
                        "tpm-clock",
                        "pcr-banks",
                        "pcr-measured",
                        "state-directory",
                        "vault-files",
                        "recovery-keys",
                        "sealed-here",
                        "pcr-match",
                        "clock",
                        "kernel-key-types",
                        "keyring-reach");
        assertThat(checks.values()).extracting(Check::verdict).doesNotContain(Check.Verdict.PROBLEM);
        assertThat(checks.get("tpm-kind").verdict()).isEqualTo(Check.Verdict.NOTE);
        assertThat(checks.get("state-directory").verdict()).isEqualTo(Check.Verdict.OK);
    }

    @Test
    void theDoctorFindsWhatIsWrong() throws IOException {
        Files.setPosixFilePermissions(world.state(), PosixFilePermissions.fromString("rwxr-xr-x"));
        world.add(Orders.key("a").in("one").noRecovery());
        world.add(Orders.key("b").in("two"));
        world.damage("two");
        world.tpm.measure(7, "dbx");
        world.keyrings.withoutType(KernelKeyType.ENCRYPTED);

        Map<String, Check> checks = diagnose(0);

        assertThat(checks.get("state-directory").finding()).contains("is open to others, its mode is 755");
        assertThat(checks.get("state-directory").advice()).contains("chmod 0700 " + world.state());
        assertThat(checks.get("vault-files").verdict()).isEqualTo(Check.Verdict.PROBLEM);
        assertThat(checks.get("vault-files").advice())
                .hasValueSatisfying(advice -> assertThat(advice).startsWith("tpm-keyring vault restore "));
        assertThat(checks.get("recovery-keys").advice()).contains("tpm-keyring protector add --vault one recovery");
        assertThat(checks.get("pcr-match").finding())
                .isEqualTo("vault 'one' of uid 0 would stay locked: PCR 7 of sha256 changed since it was sealed");
        assertThat(checks.get("kernel-key-types").finding()).contains("encrypted");
    }

    @Test
    void theDoctorFindsVaultsThatATpmWhichWasClearedCannotOpen() {
        world.add("a");
        world.add(Orders.key("b").in("single").noRecovery());
        world.callAs(1000, AddKey.METHOD, Orders.key("c").request(), person);
        world.tpm.clear();
        world.add(Orders.key("d").in("new"));

        assertThat(world.call(Diagnose.METHOD, new Diagnose.Request()).checks())
                .filteredOn(check -> check.name().equals("sealed-here"))
                .allSatisfy(check -> assertThat(check.verdict()).isEqualTo(Check.Verdict.PROBLEM))
                .extracting(Check::finding, check -> check.advice().orElse(""))
                .containsExactlyInAnyOrder(
                        tuple(
                                "vault 'default' of uid 0 was sealed by another TPM, or this TPM was cleared since: its"
                                        + " recovery key opens it and seals it to this TPM",
                                "tpm-keyring recover default --reseal"),
                        tuple(
                                "vault 'single' of uid 0 was sealed by another TPM, or this TPM was cleared since, and"
                                        + " it has no recovery key: only the TPM that sealed it opens it",
                                "tpm-keyring tpm info"),
                        tuple(
                                "vault 'default' of uid 1000 was sealed by another TPM, or this TPM was cleared since:"
                                        + " its recovery key opens it and seals it to this TPM",
                                "tpm-keyring recover default --reseal --user 1000"));
    }

    @Test
    void explainSaysThatATpmWhichWasClearedOpensNothing() {
        world.add("a");
        world.tpm.clear();

        Explain.Reply reply = world.call(Explain.METHOD, Orders.explain("default"));
        assertThat(reply.wouldOpen()).isFalse();
        assertThat(reply.verdict())
                .isEqualTo("vault 'default' was sealed by another TPM, or this TPM was cleared since");
        assertThat(reply.advice()).containsExactly("tpm-keyring recover default --reseal", "tpm-keyring tpm info");
    }

    @Test
    void theDoctorTellsALockoutAndAClockThatWasSetBack() {
        world.gatedTpm.tells(new TpmProperty("Lockout", "In lockout", "yes"));
        world.gatedTpm.tells(new TpmProperty("Clock", "Clock is safe", "no, it may have been set back"));

        Map<String, Check> checks = diagnose(0);
        assertThat(checks.get("tpm-lockout").verdict()).isEqualTo(Check.Verdict.WARNING);
        assertThat(checks.get("tpm-clock").verdict()).isEqualTo(Check.Verdict.NOTE);
    }

    @Test
    void theDoctorTellsAClockThatIsBehindTheVaults() {
        world.add("a");
        assertThat(diagnose(0).get("clock").verdict()).isEqualTo(Check.Verdict.OK);
        world.restartAt(World.NOW.minusSeconds(86_400));

        Check clock = diagnose(0).get("clock");
        assertThat(clock.verdict()).isEqualTo(Check.Verdict.WARNING);
        assertThat(clock.finding()).contains("vault 'default' of uid 0 was made later");
        assertThat(clock.advice()).contains("timedatectl");
    }

    @Test
    void theDoctorTellsABankThatNothingIsMeasuredInto() {
        assertThat(diagnose(0)).doesNotContainKey("pcr-bank-empty");
        world.tpm.reboot();

        assertThat(diagnose(0).get("pcr-bank-empty").finding()).startsWith("bank sha1 is kept, but nothing");
    }

    @Test
    void theDoctorSaysThatPcrsAreNotMeasured() {
        world.tpm.reboot();

        assertThat(diagnose(0).get("pcr-measured").finding()).startsWith("PCR 7 of sha256 was never extended");
    }

    @Test
    void theDoctorGoesOnWithoutATpm() {
        world.tpm.unavailable("no such device");

        Map<String, Check> checks = diagnose(0);
        assertThat(checks.get("tpm").verdict()).isEqualTo(Check.Verdict.PROBLEM);
        assertThat(checks.get("tpm").finding()).isEqualTo("the TPM at fake: cannot be used: no such device");
        assertThat(checks).containsKeys("state-directory", "kernel-key-types").doesNotContainKey("pcr-banks");
    }

    @Test
    void withoutATpmTheDoctorDoesNotSayWhatItWouldHave() {
        world.add("a");
        world.tpm.unavailable("no such device");

        assertThat(diagnose(0)).containsKey("pcr-match").doesNotContainKey("sealed-here");
    }

    @Test
    void theDoctorTellsAUserNothingOfOthersVaults() {
        world.add(Orders.key("a").in("one").noRecovery());

        assertThat(diagnose(1000).get("recovery-keys").verdict()).isEqualTo(Check.Verdict.OK);
    }
}
