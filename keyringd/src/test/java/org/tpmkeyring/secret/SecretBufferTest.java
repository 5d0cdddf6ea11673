// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.secret;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SecretBufferTest {
    @Nested
    final class WhileOpen {
        @ParameterizedTest
        @ValueSource(ints = {1, 15, 16, 17, 4095, 4096, 4097, 32_767})
        void holdsExactlyItsSizeStartingAsZeros(int size) {
            try (SecretBuffer secret = SecretBuffer.allocate(size)) {
                assertThat(secret.size()).isEqualTo(size);
                assertThat(Secrets.contents(secret)).hasSize(size).containsOnly(0);
                secret.withBytes(bytes -> bytes.put(size - 1, (byte) 7));
                assertThat(Secrets.contents(secret)[size - 1]).isEqualTo((byte) 7);
            }
        }

        @Test
        void showsADirectBufferOfBigEndianOrder() {
            try (SecretBuffer secret = Secrets.of(new byte[] {1, 2, 3, 4})) {
                assertThat(secret.<Boolean>withBytes(ByteBuffer::isDirect)).isTrue();
                assertThat(secret.<Integer>withBytes(ByteBuffer::getInt)).isEqualTo(0x01020304);
            }
        }

        @Test
        void copiesAndPutsRanges() {
            try (SecretBuffer secret = Secrets.of(new byte[] {1, 2, 3, 4});
                    SecretBuffer middle = secret.copyOfRange(1, 2)) {
                assertThat(Secrets.contents(middle)).containsExactly(2, 3);
                secret.put(2, middle);
                assertThat(Secrets.contents(secret)).containsExactly(1, 2, 2, 3);
            }
        }

        @Test
        void refusesRangesThatAreNotInside() {
            try (SecretBuffer secret = Secrets.of(new byte[4]);
                    SecretBuffer two = Secrets.of(new byte[2])) {
                for (int[] range : new int[][] {{-1, 2}, {0, 5}, {3, 2}, {0, 0}, {4, 1}, {2, Integer.MAX_VALUE}}) {
                    assertThatThrownBy(
                                    () -> secret.copyOfRange(range[0], range[1]).close())
                            .isInstanceOf(IndexOutOfBoundsException.class);
                }
                for (int offset : new int[] {-1, 3, Integer.MAX_VALUE}) {
                    assertThatThrownBy(() -> secret.put(offset, two)).isInstanceOf(IndexOutOfBoundsException.class);
                }
            }
        }

        @Test
        void comparesContentsOnlyWhenAsked() {
            try (SecretBuffer one = Secrets.of(new byte[] {1, 2});
                    SecretBuffer same = Secrets.of(new byte[] {1, 2});
                    SecretBuffer other = Secrets.of(new byte[] {1, 3});
                    SecretBuffer longer = Secrets.of(new byte[] {1, 2, 0})) {
                assertThat(one.constantTimeEquals(same)).isTrue();
                assertThat(one.constantTimeEquals(other)).isFalse();
                assertThat(one.constantTimeEquals(longer)).isFalse();
                assertThat(one).isNotEqualTo(same).hasToString("<secret, 2 bytes>");
            }
        }

        @ParameterizedTest
        @ValueSource(ints = {0, -1, Integer.MIN_VALUE})
        void isNeverEmpty(int size) {
            assertThatThrownBy(() -> SecretBuffer.allocate(size).close()).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Nested
    final class OnceClosed {
        @Test
        void throwsFromEveryAccessorAndClosesAgainQuietly() {
            SecretBuffer secret = Secrets.of(new byte[32]);
            secret.close();
            secret.close();
            try (SecretBuffer open = Secrets.of(new byte[32])) {
                assertClosed(() -> secret.withBytes(ByteBuffer::get));
                assertClosed(secret::unsafeAddress);
                assertClosed(() -> secret.copyOfRange(0, 1).close());
                assertClosed(() -> secret.put(0, open));
                assertClosed(() -> open.put(0, secret));
                assertClosed(() -> secret.constantTimeEquals(open));
                assertClosed(() -> open.constantTimeEquals(secret));
                assertClosed(() -> AesGcm.seal(secret, org.tpmkeyring.protocol.value.Bytes.ofHex(""), open));
            }
        }

        private void assertClosed(org.assertj.core.api.ThrowableAssert.ThrowingCallable access) {
            assertThatThrownBy(access).isInstanceOf(IllegalStateException.class).hasMessageContaining("closed");
        }
    }

    @Nested
    final class ClosedWhileInUse {
        @Test
        void staysWholeUntilTheUseEnds() {
            SecretBuffer secret = Secrets.of(new byte[] {42});
            byte seen = secret.withBytes(bytes -> {
                secret.close();
                return bytes.get(0);
            });
            assertThat(seen).isEqualTo((byte) 42);
            assertThatThrownBy(secret::unsafeAddress).isInstanceOf(IllegalStateException.class);
        }

        @Test
        @Timeout(30)
        void staysWholeForTheOtherThread() throws InterruptedException {
            for (int round = 0; round < 500; round++) {
                SecretBuffer secret = Secrets.of(new byte[] {42});
                CountDownLatch inside = new CountDownLatch(1);
                int[] wrong = new int[1];
                Thread user = new Thread(() -> secret.withBytes(bytes -> {
                    inside.countDown();
                    for (int i = 0; i < 2000; i++) {
                        wrong[0] += bytes.get(0) == 42 ? 0 : 1;
                    }
                    return bytes;
                }));
                user.start();
                inside.await();
                secret.close();
                user.join();
                assertThat(wrong[0]).isZero();
            }
        }
    }

    @Nested
    final class Forgotten {
        @Test
        @Timeout(60)
        void isWipedByTheCleanerWhichLogsTheLeak() throws IOException {
            Process process = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "--enable-native-access=ALL-UNNAMED",
                            "-Xmx32m",
                            "-cp",
                            System.getProperty("java.class.path"),
                            ForgetfulProgram.class.getName())
                    .redirectErrorStream(true)
                    .start();
            try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
                assertThat(lines.lines()
                                .filter(line -> line.contains("never closed"))
                                .findFirst())
                        .hasValueSatisfying(line -> assertThat(line).contains("wiping it now"));
            } finally {
                process.destroyForcibly();
            }
        }
    }

    /** Forgets a secret and collects garbage until it is ended; a program of its own for the sake of its log. */
    static final class ForgetfulProgram {
        private ForgetfulProgram() {}

        public static void main(String[] args) {
            forget();
            while (true) {
                System.gc();
            }
        }

        private static void forget() {
            assertThat(SecretBuffer.allocate(1).size()).isEqualTo(1);
        }
    }
}
