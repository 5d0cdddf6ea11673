// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.tpmkeyring.protocol.value.KeyState;

/** The PAM module and the daemon together: what a login finds in the kernel, and what a logout leaves there. */
final class PamSessionIT {
    private static final long ANNA = 4713;
    private static final int PATIENCE_SECONDS = 60;

    private Machine machine;

    @BeforeAll
    static void build() throws IOException {
        PamHook.build();
    }

    @BeforeEach
    void start() throws IOException {
        machine = Machine.start();
        Files.writeString(
                machine.file("passwd"),
                Files.readString(Path.of("/etc/passwd")) + "anna:x:" + ANNA + ":" + ANNA
                        + "::/nonexistent:/bin/false\n");
        Path services = Files.createDirectory(machine.file("pam.d"));
        String text = "";
        for (String phase : new String[] {"auth", "session", "password"}) {
            text += phase + " required pam_permit.so\n" + phase + " optional "
                    + Dist.root().resolve("lib/security/pam_tpm_keyring.so") + " timeout=10s socket=" + machine.socket()
                    + "\n";
        }
        for (String service : new String[] {"login", "sshd", "cron"}) {
            Files.writeString(services.resolve(service), text);
        }
        machine.as(ANNA)
                .command("add", key(), "--target=user", "--key-file=-", "--no-recovery-key", "--tpm2-pcrs=7")
                .input("the secret of anna")
                .run()
                .ok();
        machine.as(ANNA).run("lock", "--all").ok();
    }

    @AfterEach
    void stop() throws IOException {
        machine.as(ANNA).run("lock", "--all");
        new KernelKeys(ANNA).keyctl("clear", "@u");
        machine.close();
    }

    private String key() {
        return machine.unique("key-of-anna");
    }

    /** A PAM application that takes these steps on a machine where there is an anna; its state must not change. */
    private Outcome pam(String service, String... steps) throws IOException {
        Outcome outcome = Program.of(
                        "unshare",
                        "--mount",
                        "sh",
                        "-c",
                        "mount --bind \"$1\" /etc/passwd; shift; exec \"$@\"",
                        "sh",
                        machine.file("passwd").toString(),
                        PamHook.program("caller"),
                        machine.file("pam.d").toString(),
                        service,
                        "anna")
                .with(steps)
                .run()
                .ok();
        assertThat(outcome.text()).doesNotContain("changed\t");
        return outcome;
    }

    private boolean isDelivered() throws IOException {
        return machine.as(ANNA).key(key()).state() == KeyState.DELIVERED;
    }

    private void awaitLocked() throws IOException, InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (isDelivered()) {
            assertThat(System.nanoTime()).as("the vault is still unlocked").isLessThan(end);
            TimeUnit.MILLISECONDS.sleep(100);
        }
    }

    @Test
    void aLoginOpensAndTheLogoutShuts() throws IOException, InterruptedException {
        Outcome outcome = pam("sshd", "fork:auth", "setcred", "open");
        assertThat(outcome.text())
                .contains("step\topen\t0")
                .doesNotContain("said")
                .doesNotContain("log\t4");
        assertThat(machine.daemon().log()).contains("OpenSession of uid " + ANNA + " by 'sshd'");
        // that process ended without a logout, which ends its session as well
        awaitLocked();
        pam("login", "open", "close");
        assertThat(machine.daemon().log()).contains("CloseSession of uid " + ANNA);
        awaitLocked();
        assertThat(new KernelKeys(ANNA).find("user", key())).isEmpty();
    }

    @Test
    void whileTheSessionLastsTheKeyIsThere() throws IOException {
        Path seen = machine.file("seen");
        Path services = machine.file("pam.d");
        String look = "session optional pam_exec.so quiet log=" + seen + " /usr/bin/env PATH=/usr/bin:/bin "
                + Dist.program("tpm-keyring") + " --socket=" + machine.socket() + " list --user=" + ANNA + "\n";
        Files.writeString(services.resolve("login"), Files.readString(services.resolve("login")) + look);
        pam("login", "open", "close");
        assertThat(Files.readString(seen)).containsPattern(key() + " .*delivered");
    }

    @Test
    void aVaultThatStaysLockedIsToldAndTheLoginGoesOn() throws IOException {
        machine.tpm().extend(7, 9);
        Outcome outcome = pam("login", "open", "close");
        assertThat(outcome.text())
                .contains("step\topen\t0", "step\tclose\t0")
                .containsPattern("said\ttpm-keyring: vault 'default' .*\\\\nhint: tpm-keyring explain");
        assertThat(isDelivered()).isFalse();
    }

    @Test
    void cronOpensNothing() throws IOException {
        pam("cron", "open", "close");
        assertThat(machine.daemon().log()).doesNotContain("OpenSession");
        assertThat(isDelivered()).isFalse();
    }

    @Test
    void aDaemonThatIsGoneKeepsNobodyOut() throws IOException {
        machine.daemon().kill();
        Outcome outcome = pam("login", "open", "close");
        assertThat(outcome.text()).contains("step\topen\t0", "the daemon cannot be reached");
        machine.startDaemon();
    }
}
