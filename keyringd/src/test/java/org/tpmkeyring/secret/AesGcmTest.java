// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.secret;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tpmkeyring.protocol.value.Bytes;

final class AesGcmTest {
    private static final Bytes NOTHING = Bytes.copyOf(new byte[0]);

    /** Test cases 14 to 16 of McGrew and Viega, "The Galois/Counter Mode of Operation", as NIST republished it. */
    @ParameterizedTest
    @CsvSource({
        "0000000000000000000000000000000000000000000000000000000000000000, 000000000000000000000000, '',"
                + "00000000000000000000000000000000,"
                + "cea7403d4d606b6e074ec5d3baf39d18, d0d1c8a799996bf0265b98b5d48ab919",
        "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308, cafebabefacedbaddecaf888, '',"
                + "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
                + "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b391aafd255,"
                + "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
                + "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662898015ad,"
                + "b094dac5d93471bdec1a502270e3cc6c",
        "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308, cafebabefacedbaddecaf888,"
                + "feedfacedeadbeeffeedfacedeadbeefabaddad2,"
                + "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
                + "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39,"
                + "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
                + "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662,"
                + "76fc6ece0f4e1768cddf8853bb2d551b"
    })
    void givesThePublishedCiphertexts(
            String key, String nonce, String associated, String plaintext, String ciphertext, String tag)
            throws TagMismatchException {
        Bytes aad = Bytes.ofHex(associated);
        try (SecretBuffer keyBuffer = Secrets.ofHex(key);
                SecretBuffer plain = Secrets.ofHex(plaintext)) {
            Bytes sealed = AesGcm.seal(keyBuffer, Bytes.ofHex(nonce), aad, plain);
            assertThat(sealed.hex()).isEqualTo(nonce + ciphertext + tag);
            try (SecretBuffer opened = AesGcm.open(keyBuffer, aad, sealed)) {
                assertThat(Secrets.hex(opened)).isEqualTo(plaintext);
            }
        }
    }

    @Property(tries = 300)
    void opensWhatItSealed(
            @ForAll @Size(32) byte[] key,
            @ForAll @Size(max = 600) byte[] associated,
            @ForAll @Size(min = 1) byte[] text)
            throws TagMismatchException {
        Bytes aad = Bytes.copyOf(associated);
        try (SecretBuffer keyBuffer = Secrets.of(key);
                SecretBuffer plain = Secrets.of(text);
                SecretBuffer opened = AesGcm.open(keyBuffer, aad, AesGcm.seal(keyBuffer, aad, plain))) {
            assertThat(opened.constantTimeEquals(plain)).isTrue();
        }
    }

    @Property(tries = 300)
    void refusesEveryFlippedBitOfWhatWasSealed(
            @ForAll @Size(32) byte[] key,
            @ForAll @Size(min = 1, max = 40) byte[] text,
            @ForAll @IntRange(max = 8 * (28 + 40) - 1) int bit) {
        try (SecretBuffer keyBuffer = Secrets.of(key);
                SecretBuffer plain = Secrets.of(text)) {
            Bytes sealed = AesGcm.seal(keyBuffer, NOTHING, plain);
            assertThatThrownBy(() -> AesGcm.open(keyBuffer, NOTHING, flipped(sealed, bit % (8 * sealed.length()))))
                    .isInstanceOf(TagMismatchException.class);
        }
    }

    @Property(tries = 100)
    void refusesEveryFlippedBitOfKeyAndAssociatedData(
            @ForAll @Size(32) byte[] key, @ForAll @IntRange(max = 255) int bit) {
        try (SecretBuffer keyBuffer = Secrets.of(key);
                SecretBuffer other = Secrets.of(flipped(Bytes.copyOf(key), bit).toArray());
                SecretBuffer plain = Secrets.of(new byte[] {1, 2, 3})) {
            Bytes aad = Bytes.copyOf(key);
            Bytes sealed = AesGcm.seal(keyBuffer, aad, plain);
            assertThatThrownBy(() -> AesGcm.open(other, aad, sealed)).isInstanceOf(TagMismatchException.class);
            assertThatThrownBy(() -> AesGcm.open(keyBuffer, flipped(aad, bit), sealed))
                    .isInstanceOf(TagMismatchException.class);
        }
    }

    @Test
    void refusesEveryTruncation() {
        try (SecretBuffer key = Secrets.of(new byte[32]);
                SecretBuffer plain = Secrets.of(new byte[5])) {
            byte[] sealed = AesGcm.seal(key, NOTHING, plain).toArray();
            for (int length = 0; length < sealed.length; length++) {
                Bytes part = Bytes.copyOf(java.util.Arrays.copyOf(sealed, length));
                assertThatThrownBy(() -> AesGcm.open(key, NOTHING, part)).isInstanceOf(TagMismatchException.class);
            }
        }
    }

    @Test
    void neverUsesANonceTwice() {
        try (SecretBuffer key = Secrets.of(new byte[32]);
                SecretBuffer plain = Secrets.of(new byte[1])) {
            long distinct = java.util.stream.IntStream.range(0, 1000)
                    .mapToObj(i -> AesGcm.seal(key, NOTHING, plain).hex().substring(0, 24))
                    .distinct()
                    .count();
            assertThat(distinct).isEqualTo(1000);
        }
    }

    @Test
    void refusesAKeyOfAnotherSize() {
        try (SecretBuffer key = Secrets.of(new byte[16])) {
            assertThatThrownBy(() -> AesGcm.seal(key, NOTHING, key)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    private static Bytes flipped(Bytes bytes, int bit) {
        byte[] octets = bytes.toArray();
        octets[bit / 8] ^= (byte) (1 << bit % 8);
        return Bytes.copyOf(octets);
    }
}
