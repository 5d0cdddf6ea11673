// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.secret;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.tpmkeyring.testing.Requires;

/** What a person reads when the limit on locked memory is used up. */
final class MemoryLockLimitIT {
    private static final String LIMIT = "65536";

    @Test
    void namesTheLimitAndWhereToRaiseIt() throws IOException, InterruptedException {
        Requires.root();
        Requires.command("prlimit");
        Requires.command("setpriv");
        Process process = new ProcessBuilder(
                        "prlimit",
                        "--memlock=" + LIMIT + ":" + LIMIT,
                        "setpriv",
                        "--bounding-set=-ipc_lock",
                        "--inh-caps=-ipc_lock",
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        AllocateUntilRefused.class.getName())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        assertThat(output)
                .contains("cannot lock 4096 bytes for a secret: RLIMIT_MEMLOCK is 65536 bytes and used up")
                .contains("LimitMEMLOCK= of keyringd.service")
                .contains("works again after a close");
    }

    /** Runs in a process of its own, since a limit holds for all of a process. */
    static final class AllocateUntilRefused {
        private AllocateUntilRefused() {}

        public static void main(String[] args) {
            List<SecretBuffer> held = new ArrayList<>();
            try {
                while (held.size() <= 1000) {
                    held.add(SecretBuffer.allocate(1));
                }
            } catch (IllegalStateException e) {
                System.out.println(e.getMessage());
            }
            held.remove(0).close();
            try (SecretBuffer again = SecretBuffer.allocate(1)) {
                System.out.println("works again after a close: " + again);
            }
            held.forEach(SecretBuffer::close);
        }
    }
}
