// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.secret;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.tpmkeyring.protocol.value.Bytes;

final class ScryptTest {
    /** RFC 7914, section 12, gives p = 1 for this vector alone. */
    @Test
    void isScryptOfRfc7914() {
        assertThat(derive("pleaseletmein", "SodiumChloride", 14, 64))
                .isEqualTo("7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2"
                        + "d5432955613f0fcf62d49705242a9af9e61e85dc0d651e40dfcf017b45575887");
    }

    @Test
    void costsUpTo64MebibytesAndMore() {
        assertThat(derive("a", "b", 17, 32)).isNotEqualTo(derive("a", "b", 16, 32));
    }

    @Test
    void refusesOtherCosts() {
        assertThatThrownBy(() -> derive("a", "b", 18, 32)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> derive("a", "b", 0, 32)).isInstanceOf(IllegalArgumentException.class);
    }

    private static String derive(String password, String salt, int cost, int length) {
        try (SecretBuffer secret = buffer(password);
                SecretBuffer derived = Scrypt.derive(secret, Bytes.copyOf(salt.getBytes(US_ASCII)), cost, length)) {
            return HexFormat.of().formatHex(Secrets.contents(derived));
        }
    }

    private static SecretBuffer buffer(String text) {
        SecretBuffer secret = SecretBuffer.allocate(text.length());
        return secret.withBytes(bytes -> {
            bytes.put(text.getBytes(US_ASCII));
            return secret;
        });
    }
}
