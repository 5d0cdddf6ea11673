// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tpmkeyring.cli.testing.CommandRun;

/** A machine whose vaults are on a file system of its own. */
class MissingMountTest {
    private static final String ROOT_ONLY = "22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw\n";
    private static final String WITH_VAR = ROOT_ONLY + "40 22 8:2 / /var rw shared:2 - ext4 /dev/sda2 rw\n";

    @TempDir
    Path root;

    @BeforeEach
    void boot() throws IOException {
        file("run/systemd/system/.keep", "");
        file("usr/lib/systemd/system/keyringd.socket", "");
        file("run/systemd/generator/var.mount", "");
    }

    private void file(String name, String text) throws IOException {
        Path file = root.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    @Test
    void aMountPointWithAUnitAndNoMountIsMissing() throws IOException {
        file("proc/self/mountinfo", ROOT_ONLY);
        assertThat(MissingMount.ofVaults(root)).contains("/var");
        file("proc/self/mountinfo", WITH_VAR);
        assertThat(MissingMount.ofVaults(root)).isEmpty();
        file("etc/systemd/system/var-lib-tpm\\x2dkeyring.mount", "");
        assertThat(MissingMount.ofVaults(root)).contains("/var/lib/tpm-keyring");
    }

    @Test
    void whereNobodyKnowsWhatIsMountedNothingIsMissing() {
        assertThat(MissingMount.ofVaults(root)).isEmpty();
    }

    @Test
    void closeSaysThatTheDoorStaysOpenSinceTheDaemonCannotStart() throws IOException {
        assumeThat(Path.of(DaemonSocket.DEFAULT)).doesNotExist();
        file("proc/self/mountinfo", ROOT_ONLY);
        CommandRun run = new CommandRun().root(root).run("close");
        assertThat(run.status()).isEqualTo(9);
        assertThat(run.err())
                .isEqualTo("tpm-keyring: keyringd does not answer at /run/tpm-keyring/org.tpmkeyring: the vaults are on"
                        + " /var, which is not mounted, and it cannot start before that; the door stays open\n"
                        + "hint: mount /var && systemctl reset-failed tpm-keyring-close"
                        + " && systemctl restart tpm-keyring-close\n");
    }

    @Test
    void aMountThatIsThereIsNotTheReason() throws IOException {
        assumeThat(Path.of(DaemonSocket.DEFAULT)).doesNotExist();
        file("proc/self/mountinfo", WITH_VAR);
        assertThat(new CommandRun().root(root).run("close").err()).contains("there is no such socket");
    }

    @Test
    void aDaemonThatSystemdDoesNotStartDoesNotWaitForMounts() throws IOException {
        file("proc/self/mountinfo", ROOT_ONLY);
        assertThat(new CommandRun()
                        .root(root)
                        .socket(root.resolve("s"))
                        .run("close")
                        .err())
                .contains("there is no such socket");
    }
}
