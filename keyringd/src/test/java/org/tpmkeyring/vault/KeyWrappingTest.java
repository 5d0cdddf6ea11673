// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tpmkeyring.key.KeyRecord;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.KeyringException;
import org.tpmkeyring.protocol.value.Bytes;
import org.tpmkeyring.protocol.value.KeyName;
import org.tpmkeyring.protocol.value.TargetType;
import org.tpmkeyring.secret.SecretBuffer;
import org.tpmkeyring.testing.Secrets;

final class KeyWrappingTest {
    @Property(tries = 200)
    void unwrapsWhatItWrapped(@ForAll @Size(min = 1, max = 200) byte[] octets, @ForAll("records") KeyRecord record) {
        try (Kek kek = Samples.kek(1);
                SecretBuffer secret = Secrets.of(octets);
                SecretBuffer opened =
                        KeyWrapping.unwrap(Samples.ID, kek, KeyWrapping.wrap(Samples.ID, kek, record, secret))) {
            assertThat(opened.constantTimeEquals(secret)).isTrue();
        }
    }

    /** Two records that are not the same never open each other's keys. */
    @Property(tries = 300)
    void bindsAKeyToAllOfItsRecord(@ForAll("records") KeyRecord one, @ForAll("records") KeyRecord other) {
        net.jqwik.api.Assume.that(!one.equals(other));
        assertRefused(new WrappedKey(other, wrapped(one).wrapped()));
    }

    static Stream<KeyRecord> changedRecords() {
        KeyRecord r = Samples.PHOTOS;
        KeyName name = new KeyName("photo5");
        return Stream.of(
                new KeyRecord(name, r.target(), r.attributes(), r.sizeBytes(), r.created()),
                new KeyRecord(r.name(), TargetType.USER, r.attributes(), r.sizeBytes(), r.created()),
                new KeyRecord(r.name(), r.target(), Map.of("mount", "/home/zoë"), r.sizeBytes(), r.created()),
                new KeyRecord(
                        r.name(),
                        r.target(),
                        Map.of("mount", "/home/zoe", "identifier", "0011223344556677"),
                        r.sizeBytes(),
                        r.created()),
                new KeyRecord(
                        r.name(),
                        r.target(),
                        Map.of("mounu", "/home/zoë", "identifier", "0011223344556677"),
                        r.sizeBytes(),
                        r.created()),
                new KeyRecord(r.name(), r.target(), r.attributes(), 9, r.created()),
                new KeyRecord(r.name(), r.target(), r.attributes(), r.sizeBytes(), r.created() + 1));
    }

    @ParameterizedTest
    @MethodSource("changedRecords")
    void refusesAKeyUnderAChangedRecord(KeyRecord changed) {
        assertRefused(new WrappedKey(changed, wrapped(Samples.PHOTOS).wrapped()));
    }

    /** Text moved from one field to the next makes no difference to a careless encoding. */
    @Test
    void doesNotMixUpWhereOneFieldEnds() {
        KeyRecord one = new KeyRecord(new KeyName("a"), TargetType.USER, Map.of("b", "cd", "e", ""), 1, 1);
        KeyRecord other = new KeyRecord(new KeyName("a"), TargetType.USER, Map.of("b", "c", "d", "e"), 1, 1);
        assertRefused(new WrappedKey(other, wrapped(one).wrapped()));
    }

    @Test
    void refusesEveryFlippedBit() {
        byte[] sealed = wrapped(Samples.PHOTOS).wrapped().toArray();
        for (int bit = 0; bit < 8 * sealed.length; bit++) {
            byte[] flipped = sealed.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            assertRefused(new WrappedKey(Samples.PHOTOS, Bytes.copyOf(flipped)));
        }
    }

    @Test
    void refusesAKeyOfAnotherVaultAndOfAnotherKek() {
        WrappedKey key = wrapped(Samples.PHOTOS);
        try (Kek kek = Samples.kek(1);
                Kek other = Samples.kek(2)) {
            assertThatThrownBy(() -> KeyWrapping.unwrap(Samples.OTHER_ID, kek, key))
                    .isInstanceOf(KeyringException.class);
            assertThatThrownBy(() -> KeyWrapping.unwrap(Samples.ID, other, key)).isInstanceOf(KeyringException.class);
        }
    }

    private static WrappedKey wrapped(KeyRecord record) {
        try (Kek kek = Samples.kek(1);
                SecretBuffer secret = Secrets.of(Samples.KEY_BYTES)) {
            return KeyWrapping.wrap(Samples.ID, kek, record, secret);
        }
    }

    private static void assertRefused(WrappedKey key) {
        try (Kek kek = Samples.kek(1)) {
            assertThatThrownBy(() -> KeyWrapping.unwrap(Samples.ID, kek, key))
                    .isInstanceOf(KeyringException.class)
                    .satisfies(e -> assertThat(((KeyringException) e).kind()).isEqualTo(ErrorKind.VAULT_DAMAGED))
                    .hasMessageContaining("key '" + key.record().name() + "'");
        }
    }

    @Provide
    Arbitrary<KeyRecord> records() {
        Arbitrary<KeyName> names = Arbitraries.strings()
                .withCharRange('a', 'z')
                .ofMinLength(1)
                .ofMaxLength(3)
                .map(KeyName::new);
        Arbitrary<Map<String, String>> attributes = Arbitraries.maps(
                        Arbitraries.strings().withCharRange('a', 'd').ofMaxLength(2),
                        Arbitraries.strings().all().ofMaxLength(3))
                .ofMaxSize(3);
        return Combinators.combine(
                        names,
                        Arbitraries.of(TargetType.class),
                        attributes,
                        Arbitraries.integers().between(1, 3),
                        Arbitraries.longs().between(0, 3))
                .as((name, target, map, size, created) -> new KeyRecord(name, target, map, size, created));
    }
}
