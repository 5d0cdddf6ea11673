// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tpmkeyring.secret.SecretBuffer;
import org.tpmkeyring.testing.Secrets;

final class KekTest {
    @Test
    void derivesAnotherKeyForEveryPurposeVaultAndKekAndKeepsIt() {
        try (Kek kek = Samples.kek(1);
                Kek other = Samples.kek(2)) {
            SecretBuffer key = kek.derived(DerivedKey.KEY_WRAPPING, Samples.ID);
            assertThat(kek.derived(DerivedKey.KEY_WRAPPING, Samples.ID)).isSameAs(key);
            for (SecretBuffer different : new SecretBuffer[] {
                kek.secret(),
                kek.derived(DerivedKey.VAULT_METADATA, Samples.ID),
                kek.derived(DerivedKey.KEY_WRAPPING, Samples.OTHER_ID),
                other.derived(DerivedKey.KEY_WRAPPING, Samples.ID)
            }) {
                assertThat(different.constantTimeEquals(key)).isFalse();
            }
        }
    }

    @Test
    void wipesWhatWasDerivedFromIt() {
        Kek kek = Samples.kek(1);
        SecretBuffer key = kek.derived(DerivedKey.KEY_WRAPPING, Samples.ID);
        kek.close();
        kek.close();
        assertThatThrownBy(key::unsafeAddress).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> kek.derived(DerivedKey.VAULT_METADATA, Samples.ID))
                .isInstanceOf(IllegalStateException.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 16, 31, 33})
    void closesASecretOfAnotherSize(int size) {
        SecretBuffer secret = Secrets.of(new byte[size]);
        assertThatThrownBy(() -> new Kek(secret)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(secret::unsafeAddress).isInstanceOf(IllegalStateException.class);
    }
}
