// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.secret;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tpmkeyring.protocol.value.Bytes;

final class HmacSha256Test {
    /** RFC 4231, 4.2, 4.3 and 4.7 (a key longer than a block). */
    @ParameterizedTest
    @CsvSource({
        "0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b, 4869205468657265,"
                + "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
        "4a656665, 7768617420646f2079612077616e7420666f72206e6f7468696e673f,"
                + "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
                + "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
                + "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa,"
                + "54657374205573696e67204c6172676572205468616e20426c6f636b2d53697a65204b6579202d2048617368204b6579"
                + "204669727374,"
                + "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
    })
    void givesThePublishedCodes(String key, String message, String expected) {
        try (SecretBuffer secret = Secrets.ofHex(key)) {
            Bytes code = HmacSha256.of(secret, Bytes.ofHex(message));
            assertThat(code.hex()).isEqualTo(expected);
            assertThat(HmacSha256.holds(secret, Bytes.ofHex(message), code)).isTrue();
        }
    }

    @Test
    void refusesEveryFlippedBitOfMessageAndCode() {
        try (SecretBuffer secret = Secrets.ofHex("4a656665")) {
            Bytes message = Bytes.ofHex("00112233");
            Bytes code = HmacSha256.of(secret, message);
            for (int bit = 0; bit < 32; bit++) {
                assertThat(HmacSha256.holds(secret, flipped(message, bit), code))
                        .isFalse();
            }
            for (int bit = 0; bit < 256; bit++) {
                assertThat(HmacSha256.holds(secret, message, flipped(code, bit)))
                        .isFalse();
            }
            assertThat(HmacSha256.holds(secret, message, Bytes.ofHex(""))).isFalse();
        }
    }

    private static Bytes flipped(Bytes bytes, int bit) {
        byte[] octets = bytes.toArray();
        octets[bit / 8] ^= (byte) (1 << bit % 8);
        return Bytes.copyOf(octets);
    }
}
