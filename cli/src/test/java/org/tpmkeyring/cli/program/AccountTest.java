// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.program;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AccountTest {
    @TempDir
    Path directory;

    @Test
    void rootIsEverywhere() {
        assertThat(Account.of(new Programs(Map.of()), 0)).hasValueSatisfying(root -> {
            assertThat(root.name()).isEqualTo("root");
            assertThat(root.home()).isAbsolute();
        });
    }

    @Test
    void whoeverHasNoLineOrNoHomeIsNobody() throws IOException {
        assertThat(Account.of(new Programs(Map.of()), 4_000_000_000L)).isEmpty();
        assertThat(Account.of(answering("anna:x:1000:1000:::/bin/sh"), 1000)).isEmpty();
        assertThat(Account.of(answering("anna:x:1000"), 1000)).isEmpty();
        assertThat(Account.of(answering("anna:x:1000:1000:Anna,,,:/home/anna:/bin/sh"), 1000))
                .contains(new Account("anna", Path.of("/home/anna")));
    }

    private Programs answering(String line) throws IOException {
        Path getent = directory.resolve("getent");
        Files.writeString(getent, "#!/bin/sh\necho '" + line + "'\n");
        assertThat(getent.toFile().setExecutable(true)).isTrue();
        return new Programs(Map.of("PATH", directory.toString()));
    }
}
