// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tpmkeyring.protocol.api.Check;
import org.tpmkeyring.protocol.api.Check.Verdict;

/** Debian's own stacks with our module where pam-auth-update puts it, and what is wrong when it is elsewhere. */
class PamCheckTest {
    private static final String SESSION = "session optional pam_tpm_keyring.so";
    private static final String AUTH = "auth optional pam_tpm_keyring.so";
    private static final String COMMON_SESSION = "etc/pam.d/common-session";
    private static final String COMMON_AUTH = "etc/pam.d/common-auth";

    @TempDir
    Path root;

    private boolean loginVaults = true;

    private void file(String name, String... lines) throws IOException {
        Path path = root.resolve(name);
        Files.createDirectories(path.getParent());
        Files.writeString(path, String.join("\n", lines) + "\n");
    }

    @BeforeEach
    void debian() throws IOException {
        file("usr/lib/x86_64-linux-gnu/security/pam_tpm_keyring.so");
        file("usr/share/pam-configs/tpm-keyring");
        file(
                "etc/pam.d/login",
                "# of package login",
                "auth       optional   pam_faildelay.so  delay=3000000",
                "auth       requisite  pam_nologin.so",
                "session [success=ok ignore=ignore module_unknown=ignore default=bad] pam_selinux.so close",
                "session    required     pam_loginuid.so",
                "@include common-auth",
                "auth       optional   pam_group.so",
                "session    required   pam_limits.so",
                "session    optional   pam_keyinit.so force revoke",
                "@include common-account",
                "@include common-session",
                "@include common-password");
        file(
                "etc/pam.d/sshd",
                "@include common-auth",
                "account    required     pam_nologin.so",
                "@include common-account",
                "session    required     pam_loginuid.so",
                "session    optional     pam_keyinit.so force revoke",
                "@include common-session",
                "@include common-password");
        file(
                "etc/pam.d/lightdm",
                "auth      requisite pam_nologin.so",
                "auth      sufficient pam_succeed_if.so user ingroup nopasswdlogin",
                "@include common-auth",
                "-auth  optional pam_gnome_keyring.so",
                "@include common-account",
                "session required        pam_limits.so",
                "@include common-session",
                "-session optional        pam_gnome_keyring.so auto_start",
                "@include common-password");
        file("etc/pam.d/common-account", "account [success=1 new_authtok_reqd=done default=ignore] pam_unix.so");
        file("etc/pam.d/common-password", "password [success=1 default=ignore] pam_unix.so obscure yescrypt");
        commonAuth(AUTH, "auth required pam_ecryptfs.so unwrap");
        commonSession(SESSION, "session optional pam_systemd.so", "session optional pam_ecryptfs.so unwrap");
        file("etc/ssh/sshd_config", "Include /etc/ssh/sshd_config.d/*.conf", "UsePAM yes");
    }

    private void commonAuth(String... after) throws IOException {
        file(
                COMMON_AUTH,
                "auth\t[success=1 default=ignore]\tpam_unix.so nullok",
                "auth\trequisite\t\t\tpam_deny.so",
                "auth\trequired\t\t\tpam_permit.so",
                String.join("\n", after));
    }

    private void commonSession(String... after) throws IOException {
        file(
                COMMON_SESSION,
                "session\t[default=1]\t\t\tpam_permit.so",
                "session\trequisite\t\t\tpam_deny.so",
                "session\trequired\t\t\tpam_permit.so",
                "session\trequired\tpam_unix.so",
                String.join("\n", after));
    }

    private List<Check> checks() {
        Findings findings = new Findings();
        PamCheck.run(new Machine(root), loginVaults, findings);
        return findings.all();
    }

    private void assertTold(Verdict verdict, String finding, String advice) {
        assertThat(checks()).singleElement().satisfies(check -> {
            assertThat(check.finding()).isEqualTo(finding);
            assertThat(check.verdict()).isEqualTo(verdict);
            assertThat(check.advice()).contains(advice);
        });
    }

    private void assertWell() {
        assertThat(checks()).extracting(Check::verdict).containsOnly(Verdict.OK);
    }

    @Test
    void asPamAuthUpdatePutsItAllIsWell() {
        assertThat(checks()).singleElement().satisfies(check -> {
            assertThat(check.verdict()).isEqualTo(Verdict.OK);
            assertThat(check.finding()).isEqualTo("vaults for login are opened by login, sshd, lightdm");
        });
    }

    /** Its pam_umask is a profile's; lastlog and the like are elsewhere. */
    @Test
    void soItIsOnDebian13() throws IOException {
        commonSession("session optional pam_umask.so", SESSION, "session optional pam_systemd.so");
        commonAuth(AUTH, "auth optional pam_cap.so");
        assertWell();
    }

    @Test
    void whereThereIsNoPamNothingIsTold() throws IOException {
        root = root.resolve("empty");
        assertThat(checks()).isEmpty();
    }

    @Test
    void aModuleInNoStackIsWorthANoteUntilThereAreLoginVaults() throws IOException {
        commonAuth();
        commonSession();
        assertTold(
                Verdict.WARNING,
                "pam_tpm_keyring.so is in no stack of PAM, so no login opens the vaults that are for login",
                "pam-auth-update --enable tpm-keyring");
        loginVaults = false;
        assertTold(
                Verdict.NOTE,
                "pam_tpm_keyring.so is in no stack of PAM; vaults for login need it",
                "pam-auth-update --enable tpm-keyring");
        Files.delete(root.resolve("usr/share/pam-configs/tpm-keyring"));
        assertThat(checks().get(0).advice()).contains("man pam_tpm_keyring");
    }

    @Test
    void aModuleThatIsNamedAndNotThereIsAProblem() throws IOException {
        Files.delete(root.resolve("usr/lib/x86_64-linux-gnu/security/pam_tpm_keyring.so"));
        assertThat(checks())
                .extracting(
                        Check::verdict, Check::finding, check -> check.advice().orElseThrow())
                .containsExactlyInAnyOrder(
                        tuple(
                                Verdict.PROBLEM,
                                "/etc/pam.d/common-auth names pam_tpm_keyring.so, which is not there, so a login opens"
                                        + " no vault",
                                "apt-get install --reinstall tpm-keyring"),
                        tuple(
                                Verdict.PROBLEM,
                                "/etc/pam.d/common-session names pam_tpm_keyring.so, which is not there, so a login"
                                        + " opens no vault",
                                "apt-get install --reinstall tpm-keyring"));
        Files.delete(root.resolve("usr/share/pam-configs/tpm-keyring"));
        commonAuth();
        commonSession("session required /opt/pam_tpm_keyring.so");
        assertThat(checks().get(0).finding()).endsWith("so a login opens no vault and fails");
        assertThat(checks().get(0).advice()).contains("in /etc/pam.d/common-session take out line 5");
    }

    @ParameterizedTest
    @ValueSource(strings = {"required", "requisite", "sufficient", "[success=ok default=bad]"})
    void aControlThatCanFailALoginIsTold(String control) throws IOException {
        commonSession("session " + control + " pam_tpm_keyring.so");
        assertTold(
                Verdict.WARNING,
                "pam_tpm_keyring.so (/etc/pam.d/common-session line 5) is '" + control
                        + "': what it returns could fail a login, or keep modules after it from being run",
                "in /etc/pam.d/common-session write 'session optional pam_tpm_keyring.so' in line 5");
    }

    @ParameterizedTest
    @CsvSource({
        "pam_systemd.so, starts 'systemd --user' when the keys are not there yet",
        "pam_ecryptfs.so, opens the home directory with keys that are not there yet",
        "pam_fscrypt.so, opens the home directory with keys that are not there yet",
        "pam_gnome_keyring.so, reads files of a home directory that is not open yet",
        "pam_kwallet5.so, reads files of a home directory that is not open yet"
    })
    void whatNeedsTheKeysComesAfterUs(String module, String what) throws IOException {
        commonSession("session optional " + module, SESSION);
        assertTold(
                Verdict.WARNING,
                module + " (/etc/pam.d/common-session line 5) is run before pam_tpm_keyring.so"
                        + " (/etc/pam.d/common-session line 6) and " + what,
                "in /etc/pam.d/common-session move line 6 above line 5");
    }

    @Test
    void aModuleOfTheServiceItselfIsMovedThere() throws IOException {
        file("etc/pam.d/lightdm", "session optional pam_gnome_keyring.so auto_start", "@include common-session");
        assertThat(checks().get(0).advice()).contains("in /etc/pam.d/lightdm move line 1 below line 2");
    }

    @Test
    void theKeyringOfTheSessionComesBeforeUs() throws IOException {
        file("etc/pam.d/lightdm", "@include common-session", "session optional pam_keyinit.so force revoke");
        assertTold(
                Verdict.WARNING,
                "pam_keyinit.so (/etc/pam.d/lightdm line 2) makes the session's keyring after pam_tpm_keyring.so"
                        + " (/etc/pam.d/common-session line 5) was run, so the session may not see the keys",
                "in /etc/pam.d/lightdm move line 2 above line 1");
    }

    @Test
    void thePasswordIsAskedForBeforeUs() throws IOException {
        file(
                COMMON_AUTH,
                AUTH,
                "auth [success=1 default=ignore] pam_unix.so nullok",
                "auth requisite pam_deny.so",
                "auth required pam_permit.so");
        assertTold(
                Verdict.WARNING,
                "pam_unix.so (/etc/pam.d/common-auth line 2) asks for the password after pam_tpm_keyring.so"
                        + " (/etc/pam.d/common-auth line 1) was run, so no vault gets it",
                "in /etc/pam.d/common-auth move line 1 below line 3");
    }

    @Test
    void whoeverIsLetInByAPasswordComesByUs() throws IOException {
        file(
                COMMON_AUTH,
                "auth [success=2 default=ignore] pam_unix.so nullok",
                AUTH,
                "auth requisite pam_deny.so",
                "auth required pam_permit.so");
        assertTold(
                Verdict.WARNING,
                "pam_unix.so (/etc/pam.d/common-auth line 1, [success=2 default=ignore]) leaves out pam_tpm_keyring.so"
                        + " (/etc/pam.d/common-auth line 2) when the password is right, so no vault gets it",
                "in /etc/pam.d/common-auth move line 2 below line 3");
        file(COMMON_AUTH, "auth sufficient pam_unix.so", AUTH, "auth requisite pam_deny.so");
        assertThat(checks())
                .singleElement()
                .satisfies(check -> assertThat(check.advice()).contains("man pam_tpm_keyring"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"pam_ecryptfs.so", "pam_gnome_keyring.so", "pam_kwallet5.so"})
    void whatTakesThePasswordComesAfterUs(String module) throws IOException {
        commonAuth("auth optional " + module, AUTH);
        assertThat(checks()).hasSizeBetween(1, 2).first().satisfies(check -> {
            assertThat(check.verdict()).isEqualTo(Verdict.WARNING);
            assertThat(check.finding()).startsWith(module + " (/etc/pam.d/common-auth line 4) is run before");
            assertThat(check.advice()).contains("in /etc/pam.d/common-auth move line 5 above line 4");
        });
    }

    @Test
    void aServiceWithoutUsIsTold() throws IOException {
        file("etc/pam.d/greetd", "auth include login", "session required pam_unix.so");
        assertTold(
                Verdict.WARNING,
                "a login by greetd opens no vault: its session rules are without pam_tpm_keyring.so",
                "in /etc/pam.d/greetd write 'session optional pam_tpm_keyring.so' before what needs the keys;"
                        + " man pam_tpm_keyring");
        loginVaults = false;
        assertThat(checks()).extracting(Check::verdict).containsExactly(Verdict.NOTE);
    }

    @Test
    void aServiceOfTheDistributionIsLookedAtUntilThereIsOneInEtc() throws IOException {
        file("usr/lib/pam.d/greetd", "session required pam_unix.so");
        assertThat(checks())
                .singleElement()
                .satisfies(check -> assertThat(check.advice().orElseThrow())
                        .startsWith("cp /usr/lib/pam.d/greetd /etc/pam.d/greetd; in /etc/pam.d/greetd write "));
        file("etc/pam.d/greetd", "session include common-session");
        assertWell();
    }

    @ParameterizedTest
    @ValueSource(strings = {"UsePAM no", "usepam=no", "  UsePAM \"no\""})
    void anSshdThatDoesWithoutPamIsTold(String line) throws IOException {
        file("etc/ssh/sshd_config.d/50-own.conf", "# own", line);
        assertTold(
                Verdict.WARNING,
                "sshd does without PAM (UsePAM no, /etc/ssh/sshd_config.d/50-own.conf line 2), so a login by ssh opens"
                        + " no vault",
                "sed -i '2s/.*/UsePAM yes/' /etc/ssh/sshd_config.d/50-own.conf && systemctl reload ssh");
        loginVaults = false;
        assertWell();
    }

    @Test
    void theFirstValueIsInForceAndWithoutOneThereIsNoPam() throws IOException {
        file("etc/ssh/sshd_config.d/10-a.conf", "Match User x", "UsePAM no");
        file("etc/ssh/sshd_config.d/20-b.conf", "UsePAM yes");
        file("etc/ssh/sshd_config", "Include sshd_config.d/*.conf", "UsePAM no");
        assertWell();
        file("etc/ssh/sshd_config", "Port 22", "Include /etc/ssh/sshd_config");
        assertThat(checks())
                .singleElement()
                .satisfies(check -> assertThat(check.advice())
                        .contains("sed -i '1i UsePAM yes' /etc/ssh/sshd_config && systemctl reload ssh"));
        Files.delete(root.resolve("etc/ssh/sshd_config"));
        assertWell();
    }
}
