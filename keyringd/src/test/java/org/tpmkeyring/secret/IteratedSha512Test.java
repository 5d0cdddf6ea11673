// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.secret;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tpmkeyring.protocol.value.Bytes;

final class IteratedSha512Test {
    /** Of this thread's time: what else a build machine does meanwhile is no fault of the derivation. */
    private static final Duration SLOWEST = Duration.ofMillis(150);

    @ParameterizedTest
    @CsvSource({
        "0011223344556677, d395309aaad4de06, 58116605277520b3fa1315497f208951",
        "9988776655443322, 7e12386ad4afbc03, cc0aa80f92b10aef10bd8b104c0f92b5"
    })
    void derivesWhatEcryptfsDerivesFromTest(String salt, String signature, String start) {
        try (SecretBuffer passphrase = Secrets.of("test".getBytes(UTF_8));
                SecretBuffer key = IteratedSha512.derive(Bytes.ofHex(salt), passphrase)) {
            assertThat(Secrets.hex(key)).startsWith(start).hasSize(128);
            assertThat(IteratedSha512.signature(key).hex()).isEqualTo(signature);
        }
    }

    @Test
    void agreesWithTheJdkForALongPassphrase() throws Exception {
        byte[] text = "Ünläuteß of 64 bytes, as many as eCryptfs lets a passphrase hav".getBytes(UTF_8);
        Bytes salt = Bytes.ofHex("00ff00ff00ff00ff");
        java.security.MessageDigest sha512 = java.security.MessageDigest.getInstance("SHA-512");
        sha512.update(salt.toArray());
        byte[] expected = sha512.digest(text);
        for (int i = 1; i < 65_536; i++) {
            expected = sha512.digest(expected);
        }
        try (SecretBuffer passphrase = Secrets.of(text);
                SecretBuffer key = IteratedSha512.derive(salt, passphrase)) {
            assertThat(Secrets.contents(key)).isEqualTo(expected);
        }
    }

    @Test
    void refusesAnotherSaltLength() {
        try (SecretBuffer passphrase = Secrets.of(new byte[] {1})) {
            assertThatThrownBy(() -> IteratedSha512.derive(Bytes.ofHex("00"), passphrase))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void isQuickEnoughForALogin() {
        try (SecretBuffer passphrase = Secrets.of("test".getBytes(UTF_8))) {
            ThreadMXBean threads = ManagementFactory.getThreadMXBean();
            long best = Long.MAX_VALUE;
            for (int i = 0; i < 5; i++) {
                long start = threads.getCurrentThreadCpuTime();
                IteratedSha512.derive(Bytes.ofHex("0011223344556677"), passphrase)
                        .close();
                long took = threads.getCurrentThreadCpuTime() - start;
                best = Math.min(best, took);
            }
            assertThat(Duration.ofNanos(best)).isLessThan(SLOWEST);
        }
    }
}
