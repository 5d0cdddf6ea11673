// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.vault;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tpmkeyring.protocol.value.Bytes;
import org.tpmkeyring.protocol.wire.Json;
import org.tpmkeyring.protocol.wire.MalformedMessageException;
import org.tpmkeyring.store.StoredVault;

final class VaultCodecTest {
    private Kek kek;
    private LoadedVault original;
    private Bytes body;

    @BeforeEach
    void encode() {
        kek = Samples.kek(1);
        Vault vault = Samples.vault(Samples.ID, kek);
        original = new LoadedVault(vault, 3, MetadataCode.of(vault, 3, kek));
        body = VaultCodec.encode(vault, original.mac());
    }

    @AfterEach
    void forget() {
        kek.close();
    }

    private static LoadedVault decode(Bytes body) throws MalformedVaultException {
        return VaultCodec.decode(new StoredVault(3, body));
    }

    private static Optional<LoadedVault> decoded(byte[] body) {
        try {
            return Optional.of(decode(Bytes.copyOf(body)));
        } catch (MalformedVaultException e) {
            assertThat(e).hasMessageNotContaining("\n");
            return Optional.empty();
        }
    }

    @Test
    void readsWhatItWrites() throws MalformedVaultException {
        assertThat(decode(body)).isEqualTo(original);
        assertThat(MetadataCode.holds(decode(body), kek)).isTrue();
    }

    /** A change is refused, or fails the authentication, or changes nothing but how the same vault is written. */
    @Test
    void noFlippedBitOfTheBodyIsBelieved() {
        byte[] octets = body.toArray();
        int refused = 0;
        int unauthentic = 0;
        for (int bit = 0; bit < 8 * octets.length; bit++) {
            byte[] flipped = octets.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            Optional<LoadedVault> loaded = decoded(flipped);
            if (loaded.isEmpty()) {
                refused++;
            } else if (!loaded.get().equals(original)) {
                assertThat(MetadataCode.holds(loaded.get(), kek))
                        .as("bit %d of byte %d", bit % 8, bit / 8)
                        .isFalse();
                unauthentic++;
            }
        }
        assertThat(refused).isGreaterThan(1000);
        assertThat(unauthentic).isGreaterThan(1000);
    }

    /** Every object of the file but the two whose members have free names. */
    @Test
    void refusesEveryMissingUnknownAndMistypedField() throws MalformedMessageException {
        Map<String, Object> tree = Json.parse(body.toArray());
        List<Map<String, Object>> objects = new ArrayList<>();
        collect(tree, objects);
        assertThat(objects).hasSize(5);
        for (Map<String, Object> object : objects) {
            for (String name : List.copyOf(object.keySet())) {
                Object value = object.remove(name);
                assertRefused(tree, "without " + name);
                for (Object wrong :
                        new Object[] {null, true, -1L, Long.MAX_VALUE, "\u00e9", List.of(1L), Map.of("a", 1L)}) {
                    if (wrong instanceof Long number && number > 0 && value instanceof Long && !name.equals("size")) {
                        continue;
                    }
                    if (wrong instanceof String && isFreeText(name, object)) {
                        continue;
                    }
                    object.put(name, wrong);
                    assertRefused(tree, name + " = " + wrong);
                }
                object.put(name, value);
            }
            object.put("unknown", "field");
            assertRefused(tree, "an unknown field");
            object.remove("unknown");
        }
        assertThat(decoded(Json.write(tree))).contains(original);
    }

    /** A protector's id is a text without a rule of its own. */
    private static boolean isFreeText(String name, Map<String, Object> object) {
        return name.equals("id") && object.containsKey("type");
    }

    private static void assertRefused(Map<String, Object> tree, String what) {
        assertThat(decoded(Json.write(tree))).as(what).isEmpty();
    }

    @SuppressWarnings("unchecked")
    private static void collect(Map<String, Object> object, List<Map<String, Object>> into) {
        into.add(object);
        for (String list : new String[] {"protectors", "keys"}) {
            if (object.get(list) instanceof List<?> items) {
                items.forEach(item -> collect((Map<String, Object>) item, into));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "{", "[]", "null", "{}", "{} {}", "{\"id\":\"0123456789abcdef0123456789abcdef\"}", "\0", "é"
            })
    void refusesWhatIsNoVault(String text) {
        assertThat(decoded(text.getBytes(UTF_8))).isEmpty();
    }

    @Test
    void refusesAFieldThatIsThereTwice() {
        String text = new String(body.toArray(), UTF_8);
        String twice = text.replaceFirst("\"when\"", "\"owner\":0,\"when\"");
        assertThat(twice).isNotEqualTo(text);
        assertThat(decoded(twice.getBytes(UTF_8))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"7\" :|\"24\" :",
                "\"7\" :|\"-1\" :",
                "\"7\" :|\"+7\" :",
                "\"7\" :|\"07\" :",
                "\"7\" :|\"x\" :",
                "\"7\" :|\"14\" :",
                "sha256|md5",
                "sha256|sha384",
                "\"login\"|\"LOGIN\"",
                "\"login\"|\"sometimes\"",
                "\"photos\"|\"../photos\"",
                "\"home\"|\"-home\"",
                "\"fscrypt\"|\"nfs\"",
                "\"photos\"|\"token\"",
                "\"recovery-2\"|\"tpm2-1\"",
                "\"tpm2\"|\"tpm3\"",
                "0123456789abcdef0123|0123456789ABCDEF0123"
            })
    void refusesValuesThatItWouldNotWrite(String from, String to) {
        String text = new String(body.toArray(), UTF_8);
        assertThat(text).contains(from);
        assertThat(decoded(text.replace(from, to).getBytes(UTF_8))).isEmpty();
    }

    @Test
    void refusesAPolicyWithoutPcrs() throws MalformedMessageException {
        Map<String, Object> tree = Json.parse(body.toArray());
        ((Map<?, ?>) ((Map<?, ?>) ((List<?>) tree.get("protectors")).get(0)).get("pcrs")).clear();
        assertThat(decoded(Json.write(tree))).isEmpty();
    }

    @Test
    void saysWhichFieldIsWrong() {
        String text = new String(body.toArray(), UTF_8).replace("\"login\"", "\"never\"");
        assertThatThrownBy(() -> decode(Bytes.copyOf(text.getBytes(UTF_8))))
                .isInstanceOf(MalformedVaultException.class)
                .hasMessage("field 'when' of the vault is missing or wrong");
    }
}
