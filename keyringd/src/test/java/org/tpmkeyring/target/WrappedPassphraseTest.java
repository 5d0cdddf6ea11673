// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.target;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.KeyringException;
import org.tpmkeyring.protocol.value.Bytes;
import org.tpmkeyring.secret.SecretBuffer;
import org.tpmkeyring.testing.WrappedFile;

class WrappedPassphraseTest extends TargetFixture {
    private static final String OWN_SALT = "a1b2c3d4e5f60718";
    private static final Optional<Bytes> NONE = Optional.empty();

    private static SecretBuffer text(String text) {
        return of(text.getBytes(StandardCharsets.UTF_8));
    }

    private static Optional<String> unwrapped(byte[] file, String password, Optional<Bytes> ownSalt) {
        WrappedPassphrase wrapped = WrappedPassphrase.parse(Bytes.copyOf(file));
        try (SecretBuffer typed = text(password)) {
            Optional<SecretBuffer> passphrase = wrapped.unwrap(typed, ownSalt);
            passphrase.ifPresent(found -> assertThat(found.size()).isPositive());
            Optional<String> hex = passphrase.map(TargetFixture::hex);
            passphrase.ifPresent(SecretBuffer::close);
            return hex.map(digits -> new String(HexFormat.of().parseHex(digits), StandardCharsets.UTF_8));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 15, 16, 17, 32, 63, 64})
    void bothVersionsGiveBackAPassphraseOfAnyLength(int length) {
        String passphrase = "p".repeat(length);
        assertThat(unwrapped(WrappedFile.version1(passphrase, "secret", WrappedFile.SALT), "secret", NONE))
                .contains(passphrase);
        assertThat(unwrapped(WrappedFile.version2(passphrase, "secret", OWN_SALT), "secret", NONE))
                .contains(passphrase);
    }

    @Test
    void aWrongPasswordOpensNothing() {
        assertThat(unwrapped(WrappedFile.version1("mount", "secret", WrappedFile.SALT), "Secret", NONE))
                .isEmpty();
        assertThat(unwrapped(WrappedFile.version2("mount", "secret", OWN_SALT), "secre", NONE))
                .isEmpty();
    }

    /** pam_ecryptfs takes the salt of .ecryptfsrc where it can read it, and the usual one where it cannot. */
    @Test
    void version1IsTriedWithTheSaltOfThePersonAndWithTheUsualOne() {
        Optional<Bytes> own = Optional.of(Bytes.ofHex(OWN_SALT));
        assertThat(unwrapped(WrappedFile.version1("mount", "secret", OWN_SALT), "secret", own))
                .contains("mount");
        assertThat(unwrapped(WrappedFile.version1("mount", "secret", WrappedFile.SALT), "secret", own))
                .contains("mount");
        assertThat(unwrapped(WrappedFile.version1("mount", "secret", OWN_SALT), "secret", NONE))
                .isEmpty();
    }

    @Test
    void filesThatAreNoneAreRefusedAndSayWhy() {
        byte[] good = WrappedFile.version2("mount", "secret", OWN_SALT);
        byte[] version3 = good.clone();
        version3[1] = 3;
        byte[] letters = good.clone();
        letters[12] = 'G';
        refused("cut off", new byte[] {':', 2, 0});
        refused("version 3", version3);
        refused("16 hex digits", letters);
        refused("0 bytes", new byte[0]);
        for (int length = 1; length < good.length; length++) {
            refused("it is", Arrays.copyOf(good, length));
        }
        refused("it is", Arrays.copyOf(good, good.length + 1));
        refused("106 bytes", Arrays.copyOf(WrappedFile.version2("p".repeat(64), "secret", OWN_SALT), 106));
        refused("it is", new byte[65_536]);
    }

    private static void refused(String word, byte[] file) {
        assertThatThrownBy(() -> WrappedPassphrase.parse(Bytes.copyOf(file)))
                .isInstanceOfSatisfying(KeyringException.class, e -> {
                    assertThat(e.kind()).isEqualTo(ErrorKind.BAD_ARGUMENT);
                    assertThat(e.sentence()).contains(word);
                    assertThat(e.hint()).isEqualTo("tpm-keyring import ecryptfs --help");
                });
    }

    @Test
    void anEmptyPassphraseInsideIsRefused() {
        byte[] file = WrappedFile.version2("\0", "secret", OWN_SALT);
        refused(ErrorKind.BAD_ARGUMENT, () -> unwrapped(file, "secret", NONE));
    }

    @Test
    void theSignaturesOfTheDirectoryDecide() {
        List<String> usual = WrappedFile.signatures("mount", WrappedFile.SALT);
        List<String> own = WrappedFile.signatures("mount", OWN_SALT);
        Optional<Bytes> salt = Optional.of(Bytes.ofHex(OWN_SALT));
        assertThat(accepted(usual, NONE)).isTrue();
        assertThat(accepted(usual, salt)).isTrue();
        assertThat(accepted(usual.subList(0, 1), NONE)).isTrue();
        assertThat(accepted(own, salt)).isTrue();
        assertThat(accepted(own, NONE)).isFalse();
        assertThat(accepted(List.of(usual.get(0), "0123456789abcdef"), NONE)).isFalse();
        assertThat(accepted(List.of(usual.get(1), usual.get(0)), NONE)).isFalse();
    }

    private static boolean accepted(List<String> signatures, Optional<Bytes> salt) {
        try (SecretBuffer passphrase = text("mount")) {
            Optional<Material> material = EcryptfsTarget.ofDirectory(passphrase, salt, signatures);
            material.ifPresent(Material::close);
            return material.isPresent();
        }
    }
}
