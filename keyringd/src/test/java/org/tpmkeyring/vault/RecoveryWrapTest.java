// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.vault;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.tpmkeyring.protocol.value.Bytes;
import org.tpmkeyring.secret.SecretBuffer;
import org.tpmkeyring.store.VaultId;
import org.tpmkeyring.testing.Secrets;

final class RecoveryWrapTest {
    private static final byte[] KEY = new byte[32];

    @Test
    void givesTheKekBack() {
        try (SecretBuffer key = Secrets.of(KEY);
                Kek kek = Samples.kek(5);
                Kek opened = RecoveryWrap.unwrap(Samples.ID, protector(), key).orElseThrow()) {
            assertThat(opened.secret().constantTimeEquals(kek.secret())).isTrue();
        }
    }

    @Test
    void neverMakesTheSameProtectorTwice() {
        assertThat(protector().salt()).isNotEqualTo(protector().salt());
        assertThat(protector().wrappedKek()).isNotEqualTo(protector().wrappedKek());
    }

    @Test
    void isNotOpenedByAnyKeyThatDiffersInOneBit() {
        Protector.Recovery protector = protector();
        for (int bit = 0; bit < 256; bit++) {
            byte[] flipped = KEY.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            assertThat(opens(Samples.ID, protector, flipped)).isFalse();
        }
    }

    @Test
    void isBoundToItsVaultAndToAllOfItself() {
        Protector.Recovery p = protector();
        Bytes salt = Bytes.copyOf(new byte[32]);
        Bytes shorter = Bytes.copyOf(java.util.Arrays.copyOf(p.wrappedKek().toArray(), 59));
        assertThat(opens(Samples.ID, p, KEY)).isTrue();
        assertThat(opens(Samples.OTHER_ID, p, KEY)).isFalse();
        assertThat(opens(Samples.ID, new Protector.Recovery("recovery-3", p.created(), p.salt(), p.wrappedKek()), KEY))
                .isFalse();
        assertThat(opens(Samples.ID, new Protector.Recovery(p.id(), 19, p.salt(), p.wrappedKek()), KEY))
                .isFalse();
        assertThat(opens(Samples.ID, new Protector.Recovery(p.id(), p.created(), salt, p.wrappedKek()), KEY))
                .isFalse();
        assertThat(opens(Samples.ID, new Protector.Recovery(p.id(), p.created(), p.salt(), shorter), KEY))
                .isFalse();
    }

    private static Protector.Recovery protector() {
        try (SecretBuffer key = Secrets.of(KEY);
                Kek kek = Samples.kek(5)) {
            return RecoveryWrap.wrap(Samples.ID, "recovery-2", 18, kek, key);
        }
    }

    private static boolean opens(VaultId vault, Protector.Recovery protector, byte[] key) {
        try (SecretBuffer recoveryKey = Secrets.of(key)) {
            Optional<Kek> kek = RecoveryWrap.unwrap(vault, protector, recoveryKey);
            kek.ifPresent(Kek::close);
            return kek.isPresent();
        }
    }
}
