// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.target;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tpmkeyring.protocol.value.Bytes;
import org.tpmkeyring.secret.SecretBuffer;
import org.tpmkeyring.testing.Requires;
import org.tpmkeyring.testing.Shell;
import org.tpmkeyring.testing.WrappedFile;

/** Wrapped passphrases of the tools of ecryptfs-utils, and the tools on files of version 1 like the ones tests make. */
class WrappedPassphraseIT {
    @TempDir
    Path directory;

    private Path file;

    @BeforeAll
    static void prerequisites() {
        Requires.command("ecryptfs-wrap-passphrase");
        Requires.command("ecryptfs-rewrap-passphrase");
    }

    private Shell tool(String name, String... lines) throws IOException, InterruptedException {
        file = directory.resolve("wrapped-passphrase");
        Path input = Files.writeString(directory.resolve("input"), String.join("\n", lines) + "\n");
        return Shell.run("HOME=" + directory + " ecryptfs-" + name + " " + file + " - <" + input);
    }

    private boolean unwraps(String password, String passphrase) throws IOException {
        WrappedPassphrase wrapped = WrappedPassphrase.parse(Bytes.copyOf(Files.readAllBytes(file)));
        try (SecretBuffer typed = TargetFixture.of(password.getBytes(StandardCharsets.UTF_8));
                SecretBuffer expected = TargetFixture.of(passphrase.getBytes(StandardCharsets.UTF_8))) {
            Optional<SecretBuffer> found = wrapped.unwrap(typed, Optional.empty());
            boolean same = found.filter(expected::constantTimeEquals).isPresent();
            found.ifPresent(SecretBuffer::close);
            return same;
        }
    }

    @ParameterizedTest
    @CsvSource({
        "mount, a",
        "0123456789abcdef0123456789abcdef, secret",
        "sixteen bytes ok, Grüße an alle",
        "mmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmm,"
                + "pppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppp"
    })
    void whatTheToolWrapsIsUnwrapped(String passphrase, String password) throws Exception {
        tool("wrap-passphrase", passphrase, password).succeeded();

        assertThat(unwraps(password, passphrase)).isTrue();
        assertThat(unwraps(password + "x", passphrase)).isFalse();
    }

    @Test
    void theToolReadsOurVersion1AndWeReadWhatItMakesOfIt() throws Exception {
        file = directory.resolve("wrapped-passphrase");
        Files.write(file, WrappedFile.version1("mount me", "old", WrappedFile.SALT));
        assertThat(unwraps("old", "mount me")).isTrue();
        assertThat(tool("unwrap-passphrase", "old").succeeded().lastLine()).isEqualTo("mount me");

        tool("rewrap-passphrase", "old", "new").succeeded();
        assertThat(Files.readAllBytes(file)).startsWith(':', 2);
        assertThat(unwraps("new", "mount me")).isTrue();
        assertThat(unwraps("old", "mount me")).isFalse();
    }

    /** Why 1 to 64 bytes are asked for. */
    @Test
    void theToolTakesNoEmptyAndNoLongerPassword() throws Exception {
        assertThat(tool("wrap-passphrase", "mount", "p".repeat(65)).exit()).isNotZero();
        assertThat(tool("wrap-passphrase", "mount", "").exit()).isNotZero();
        assertThat(file).doesNotExist();
    }
}
