// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.secret;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SecretRandomTest {
    @ParameterizedTest
    @ValueSource(ints = {32, 4096, 32_767})
    void fillsAllOfABuffer(int size) {
        try (SecretBuffer secret = SecretBuffer.allocate(size)) {
            SecretRandom.fill(secret);
            assertLooksRandomFromEndToEnd(secret);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {32, 8160, 8161, 32_767})
    void fillsAllOfABufferFromTwoSources(int size) {
        try (SecretBuffer fromTpm = Secrets.of(new byte[32]);
                SecretBuffer secret = SecretBuffer.allocate(size)) {
            SecretRandom.fillMixed(secret, fromTpm);
            assertLooksRandomFromEndToEnd(secret);
        }
    }

    @Test
    void doesNotDependOnTheTpmAlone() {
        try (SecretBuffer fromTpm = Secrets.of(new byte[32]);
                SecretBuffer one = SecretBuffer.allocate(32);
                SecretBuffer other = SecretBuffer.allocate(32)) {
            SecretRandom.fillMixed(one, fromTpm);
            SecretRandom.fillMixed(other, fromTpm);
            assertThat(one.constantTimeEquals(other)).isFalse();
        }
    }

    @Test
    void givesPublicBytesUpToWhatOneCallIsSureToGive() {
        assertThat(SecretRandom.publicBytes(256).length()).isEqualTo(256);
        assertThat(SecretRandom.publicBytes(16)).isNotEqualTo(SecretRandom.publicBytes(16));
        assertThatThrownBy(() -> SecretRandom.publicBytes(257)).isInstanceOf(IllegalArgumentException.class);
    }

    /** No 8 bytes in a row are zero: for random bytes that has a chance of less than 2^-49. */
    private static void assertLooksRandomFromEndToEnd(SecretBuffer secret) {
        int zeros = 0;
        for (byte octet : Secrets.contents(secret)) {
            zeros = octet == 0 ? zeros + 1 : 0;
            assertThat(zeros).isLessThan(8);
        }
    }
}
