// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.secret;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.tpmkeyring.protocol.value.Bytes;

final class AesEcbTest {
    /** NIST SP 800-38A, F.1.2; what follows the key does not count. */
    @Test
    void decryptsTheVectorsOfTheStandard() {
        Bytes ciphertext = Bytes.ofHex("3ad77bb40d7a3660a89ecaf32466ef97f5d3d58503b9699de785895a96fdbaaf");
        try (SecretBuffer key =
                        Secrets.of(HexFormat.of().parseHex("2b7e151628aed2a6abf7158809cf4f3c" + "ff".repeat(48)));
                SecretBuffer plaintext = AesEcb.decrypt(key, ciphertext)) {
            assertThat(Secrets.hex(plaintext))
                    .isEqualTo("6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51");
        }
    }

    @Test
    void refusesPartsOfBlocksAndShortKeys() {
        try (SecretBuffer key = SecretBuffer.allocate(16);
                SecretBuffer shortKey = SecretBuffer.allocate(15)) {
            for (int length : new int[] {0, 15, 17}) {
                assertThatThrownBy(() -> AesEcb.decrypt(key, Bytes.copyOf(new byte[length])))
                        .isInstanceOf(IllegalArgumentException.class);
            }
            assertThatThrownBy(() -> AesEcb.decrypt(shortKey, Bytes.copyOf(new byte[16])))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }
}
