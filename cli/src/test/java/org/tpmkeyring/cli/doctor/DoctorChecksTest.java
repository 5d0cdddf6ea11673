// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tpmkeyring.protocol.api.Check;
import org.tpmkeyring.protocol.api.Check.Verdict;

class DoctorChecksTest {
    @TempDir
    Path root;

    private Machine machine;
    private final Findings findings = new Findings();

    @BeforeEach
    void anEmptyMachine() {
        machine = new Machine(root);
    }

    private void file(String name, String text) throws IOException {
        Path path = root.resolve(name);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
    }

    private Check only() {
        assertThat(findings.all()).hasSize(1);
        return findings.all().get(0);
    }

    @Nested
    class TheDevice {
        private void device(String name, String mode) throws IOException {
            file("dev/" + name, "");
            Files.setPosixFilePermissions(root.resolve("dev/" + name), PosixFilePermissions.fromString(mode));
        }

        @Test
        void isAProblemWhenItIsMissingAndWanted() {
            DeviceCheck.run(machine, true, findings);
            assertThat(only().verdict()).isEqualTo(Verdict.PROBLEM);
            assertThat(only().advice().orElseThrow()).contains("dmesg");
        }

        @Test
        void isOnlyWorthANoteWhereASoftwareTpmIsInUse() {
            DeviceCheck.run(machine, false, findings);
            assertThat(only().verdict()).isEqualTo(Verdict.NOTE);
        }

        @Test
        void isAProblemWhenEverybodyMayTalkToIt() throws IOException {
            device("tpmrm0", "rw-rw-rw-");
            DeviceCheck.run(machine, true, findings);
            assertThat(only().verdict()).isEqualTo(Verdict.PROBLEM);
            assertThat(only().finding()).contains("/dev/tpmrm0 is rw-rw-rw-").contains("expected rw-rw---- tss:tss");
            assertThat(only().advice().orElseThrow())
                    .startsWith("chown tss:tss /dev/tpmrm0 && chmod 0660 /dev/tpmrm0")
                    .contains("/etc/udev/rules.d/");
        }

        @Test
        void withoutAResourceManagerIsAProblem() throws IOException {
            device("tpm0", "rw-rw----");
            DeviceCheck.run(machine, true, findings);
            assertThat(findings.all()).anySatisfy(check -> {
                assertThat(check.verdict()).isEqualTo(Verdict.PROBLEM);
                assertThat(check.finding()).contains("/dev/tpmrm0 is not");
            });
        }
    }

    @Nested
    class Trousers {
        @Test
        void isInTheWayWhenTcsdRunsBesideATpm20() throws IOException {
            file("sys/class/tpm/tpm0/tpm_version_major", "2\n");
            file("proc/812/comm", "tcsd\n");
            TrousersCheck.run(machine, findings);
            assertThat(findings.all()).anySatisfy(check -> {
                assertThat(check.verdict()).isEqualTo(Verdict.PROBLEM);
                assertThat(check.finding())
                        .contains("tcsd of TrouSerS runs (pid 812)")
                        .contains("cannot drive this TPM 2.0");
                assertThat(check.advice().orElseThrow()).contains("systemctl disable --now trousers");
            });
        }

        @Test
        void isWorthANoteWhenItIsOnlyInstalled() throws IOException {
            file("sys/class/tpm/tpm0/tpm_version_major", "2\n");
            file("etc/tcsd.conf", "");
            TrousersCheck.run(machine, findings);
            assertThat(findings.all()).extracting(Check::verdict).containsExactly(Verdict.OK, Verdict.NOTE);
        }

        @Test
        void doesNotMatterWhereItIsNot() throws IOException {
            file("proc/1/comm", "systemd\n");
            TrousersCheck.run(machine, findings);
            assertThat(only().verdict()).isEqualTo(Verdict.OK);
        }

        @Test
        void aTpm12IsNamedAsWhatIsNotSupported() throws IOException {
            file("sys/class/tpm/tpm0/tpm_version_major", "1\n");
            TrousersCheck.run(machine, findings);
            assertThat(findings.all().get(0).verdict()).isEqualTo(Verdict.PROBLEM);
            assertThat(findings.all().get(0).finding()).contains("TPM 1.2").contains("not support");
        }
    }

    @Nested
    class TheKernel {
        @Test
        void withoutKeysIsAProblem() {
            KernelCheck.run(machine, findings);
            assertThat(findings.all().get(0).verdict()).isEqualTo(Verdict.PROBLEM);
            assertThat(findings.all())
                    .filteredOn(check -> check.verdict() == Verdict.NOTE)
                    .hasSize(2);
        }

        @Test
        void withEverythingIsWell() throws IOException {
            file("proc/keys", "");
            file("proc/filesystems", "nodev\tsysfs\n\text4\nnodev\tecryptfs\n");
            file("sys/fs/ext4/features/encryption", "supported");
            KernelCheck.run(machine, findings);
            assertThat(findings.all()).extracting(Check::verdict).containsOnly(Verdict.OK);
        }

        @Test
        void mayHaveEcryptfsAsAModule() throws IOException {
            file("proc/keys", "");
            file("proc/sys/kernel/osrelease", "6.1.0-9\n");
            file("lib/modules/6.1.0-9/modules.dep", "kernel/fs/ecryptfs/ecryptfs.ko:\n");
            KernelCheck.run(machine, findings);
            assertThat(findings.all().get(1).finding()).contains("as a module");
        }
    }

    @Nested
    class TheQuota {
        @Test
        void isWarnedOfWhenItIsNearlyFull() throws IOException {
            file("proc/key-users", "    0:    10 9/9 7/1000000 119/25000000\n 1000:     5 5/5 190/200 100/20000\n");
            QuotaCheck.run(machine, List.of(0L, 1000L), findings);
            assertThat(findings.all()).extracting(Check::verdict).containsExactly(Verdict.OK, Verdict.WARNING);
            assertThat(findings.all().get(1).advice().orElseThrow())
                    .isEqualTo("sysctl kernel.keys.maxkeys=400 kernel.keys.maxbytes=40000");
        }

        @Test
        void ofOthersIsNotTold() throws IOException {
            file("proc/key-users", " 1000:     5 5/5 190/200 100/20000\n");
            QuotaCheck.run(machine, List.of(0L), findings);
            assertThat(findings.all()).isEmpty();
        }
    }

    @Nested
    class TheKeyringLink {
        private static final String LINKED = """
                Session Keyring
                 197 --alswrv  1000 1000  keyring: _ses
                 612 --alswrv  1000 65534   \\_ keyring: _uid.1000
                """;

        @Test
        void isThereWhenTheSessionReachesTheUserKeyring() {
            KeyringLinkCheck.run(1000, Optional.of(LINKED), findings);
            assertThat(only().verdict()).isEqualTo(Verdict.OK);
        }

        @Test
        void isMissingWhenOnlySomebodyElsesOrTheDefaultSessionIsReached() {
            KeyringLinkCheck.run(100, Optional.of(LINKED.replace("_ses", "_uid_ses.100")), findings);
            assertThat(only().verdict()).isEqualTo(Verdict.WARNING);
            assertThat(only().advice().orElseThrow())
                    .contains("keyctl link @u @s")
                    .contains("pam_keyinit.so");
        }

        @Test
        void cannotBeToldWithoutKeyctl() {
            KeyringLinkCheck.run(1000, Optional.empty(), findings);
            assertThat(only().verdict()).isEqualTo(Verdict.NOTE);
        }
    }
}
