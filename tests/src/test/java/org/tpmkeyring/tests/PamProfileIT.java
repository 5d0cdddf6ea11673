// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.tpmkeyring.testing.Requires;

/** What pam-auth-update makes of our profile, beside those of the modules that need the keys. */
final class PamProfileIT {
    private static final Path TEMPLATES = Path.of("/usr/share/pam");

    private Path root;

    @BeforeEach
    void makeRoot() throws IOException {
        Requires.root();
        Requires.that(
                Files.isExecutable(Path.of("/usr/sbin/pam-auth-update")) && Files.isDirectory(TEMPLATES),
                "this test needs pam-auth-update of a Debian");
        root = Folder.fresh("pam-profile-");
        for (String folder : List.of("etc/pam.d", "var/lib/pam", "usr/share/pam", "usr/share/pam-configs")) {
            Files.createDirectories(root.resolve(folder));
        }
        try (Stream<Path> templates = Files.list(TEMPLATES)) {
            for (Path template : templates.toList()) {
                Files.copy(template, root.resolve("usr/share/pam").resolve(template.getFileName()));
            }
        }
        ownDebconf();
        // names and priorities as Debian 12 and 13 have them
        profile("unix", 256, "Primary");
        profile("mount", 128, "Additional");
        profile("fscrypt", 100, "Additional");
        profile("systemd", 0, "Additional");
        profile("ecryptfs", 0, "Additional");
        Files.copy(Dist.clone("pam-hook/pam-configs/tpm-keyring"), root.resolve("usr/share/pam-configs/tpm-keyring"));
    }

    @AfterEach
    void deleteRoot() throws IOException {
        if (root != null) {
            Folder.delete(root);
        }
    }

    /** What is answered here must not become the answer of this machine. */
    private void ownDebconf() throws IOException {
        String database = "Name: %1$s\nDriver: File\nFilename: " + root + "/%1$s.dat\n\n";
        Files.writeString(
                root.resolve("debconf.conf"),
                "Config: answers\nTemplates: questions\n\n" + String.format(database, "answers")
                        + String.format(database, "questions"));
    }

    private void profile(String name, int priority, String type) throws IOException {
        String action = type.equals("Primary") ? "[success=end default=ignore]" : "optional";
        String text = "Name: " + name + "\nDefault: yes\nPriority: " + priority + "\n";
        for (String phase : List.of("Auth", "Session", "Password")) {
            boolean session = phase.equals("Session");
            text += phase + "-Type: " + (session ? "Additional" : type) + "\n" + phase + ":\n\t"
                    + (session ? "optional" : action) + " pam_" + name + ".so\n";
        }
        Files.writeString(root.resolve("usr/share/pam-configs").resolve(name), text);
    }

    private void update(String... arguments) throws IOException {
        Program.of("/usr/sbin/pam-auth-update", "--root", root.toString())
                .with(arguments)
                .env("DEBCONF_SYSTEMRC", root.resolve("debconf.conf").toString())
                .env("DEBIAN_FRONTEND", "noninteractive")
                .run()
                .ok();
    }

    private List<String> stack(String name) throws IOException {
        return Files.readAllLines(root.resolve("etc/pam.d/common-" + name)).stream()
                .filter(line -> !line.startsWith("#") && line.contains("pam_"))
                .map(line -> line.replaceFirst(".*(pam_\\w+)\\.so.*", "$1"))
                .toList();
    }

    @Test
    void itIsOffUntilItIsTurnedOn() throws IOException {
        update("--force", "--package");
        for (String name : List.of("auth", "session", "session-noninteractive", "password", "account")) {
            assertThat(stack(name)).doesNotContain("pam_tpm_keyring");
        }
    }

    @Test
    void itStandsBehindWhoDecidesAndBeforeWhoNeedsKeys() throws IOException {
        update("--force", "--package");
        update("--enable", "tpm-keyring");
        for (String name : List.of("auth", "password")) {
            assertThat(stack(name)).startsWith("pam_unix", "pam_deny", "pam_permit", "pam_tpm_keyring", "pam_mount");
        }
        for (String name : List.of("session", "session-noninteractive")) {
            assertThat(stack(name))
                    .containsSubsequence(
                            "pam_unix", "pam_tpm_keyring", "pam_mount", "pam_fscrypt", "pam_systemd", "pam_ecryptfs");
        }
        assertThat(stack("account")).doesNotContain("pam_tpm_keyring");
    }

    @Test
    void removingThePackageTakesItsLinesOut() throws IOException {
        update("--force", "--package");
        List<String> before = stack("session");
        update("--enable", "tpm-keyring");
        assertThat(stack("session")).isNotEqualTo(before);
        update("--package", "--remove", "tpm-keyring");
        assertThat(stack("session")).isEqualTo(before);
        assertThat(stack("auth")).doesNotContain("pam_tpm_keyring");
    }
}
