// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.protocol.value;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.KeyringException;
import org.tpmkeyring.protocol.wire.Json;
import org.tpmkeyring.protocol.wire.MalformedMessageException;

final class RecoveryKeyTextTest {
    private static final String ALPHABET = "cbdefghijklnrtuv";
    private static final Path VECTORS = Path.of("../tests/vectors/recovery-keys.json");

    @TestFactory
    Stream<DynamicTest> vectors() throws IOException, MalformedMessageException {
        List<?> vectors = (List<?>) Json.parse(Files.readAllBytes(VECTORS)).get("vectors");
        assertThat(vectors).hasSizeGreaterThan(40);
        return vectors.stream()
                .map(vector -> (Map<?, ?>) vector)
                .map(vector -> DynamicTest.dynamicTest((String) vector.get("comment"), () -> check(vector)));
    }

    private static void check(Map<?, ?> vector) {
        String text = (String) vector.get("text");
        if (vector.get("verdict").equals("valid")) {
            byte[] key = HexFormat.of().parseHex((String) vector.get("key"));
            assertThat(parse(text)).isEqualTo(key);
            assertThat(parse(format(key))).isEqualTo(key);
        } else {
            assertThat(vector.get("verdict")).isEqualTo("refused");
            assertThat(refusal(text)).contains((String) vector.get("reason"));
        }
    }

    @Test
    void writesWhatTheVectorsWrite() throws IOException, MalformedMessageException {
        List<?> vectors = (List<?>) Json.parse(Files.readAllBytes(VECTORS)).get("vectors");
        for (Object vector : vectors.subList(0, 4)) {
            Map<?, ?> members = (Map<?, ?>) vector;
            assertThat(format(HexFormat.of().parseHex((String) members.get("key"))))
                    .isEqualTo(members.get("text"));
        }
    }

    @Property
    void readsWhatItWrites(@ForAll @Size(32) byte[] key) {
        String text = format(key);
        assertThat(text).matches("([" + ALPHABET + "]{9}-){7}[" + ALPHABET + "]{9}");
        assertThat(parse(text)).isEqualTo(key);
    }

    /** All 72 x 15 wrong letters of a key. */
    @Property(tries = 5)
    void tellsTheGroupOfEveryWrongLetter(@ForAll @Size(32) byte[] key) {
        String text = format(key);
        for (int i = 0; i < text.length(); i++) {
            for (int digit = 0; digit < ALPHABET.length(); digit++) {
                char letter = ALPHABET.charAt(digit);
                if (text.charAt(i) != '-' && text.charAt(i) != letter) {
                    assertThat(refusal(text.substring(0, i) + letter + text.substring(i + 1)))
                            .contains("group " + (i / 10 + 1) + " has a typo");
                }
            }
        }
    }

    /** All neighbours of a key, those on two sides of a dash as well. */
    @Property(tries = 30)
    void noticesEveryExchangeOfNeighbours(@ForAll @Size(32) byte[] key) {
        String letters = format(key).replace("-", "");
        for (int i = 0; i + 1 < letters.length(); i++) {
            if (letters.charAt(i) != letters.charAt(i + 1)) {
                String exchanged =
                        letters.substring(0, i) + letters.charAt(i + 1) + letters.charAt(i) + letters.substring(i + 2);
                assertThat(refusal(exchanged)).as("letter %d of %s", i, letters).isPresent();
            }
        }
    }

    /** All 28 pairs of groups, whatever is in them. */
    @Property(tries = 20)
    void noticesEveryExchangeOfGroups(@ForAll @Size(32) byte[] key) {
        for (int one = 0; one < 8; one++) {
            for (int other = one + 1; other < 8; other++) {
                String[] groups = format(key).split("-", -1);
                String moved = groups[one];
                groups[one] = groups[other];
                groups[other] = moved;
                assertThat(refusal(String.join("-", groups)))
                        .contains("groups " + (one + 1) + " and " + (other + 1) + " have typos or changed places");
            }
        }
    }

    @Property
    void neverTakesAnotherTextForAKey(@ForAll byte[] noise) {
        ByteBuffer key = ByteBuffer.allocateDirect(32);
        assertThatThrownBy(() -> RecoveryKeyText.parse(direct(noise), key)).isInstanceOf(KeyringException.class);
    }

    @Test
    void leavesNothingBehindWhenItRefuses() {
        byte[] all = new byte[32];
        Arrays.fill(all, (byte) 0xff);
        String text = format(all);
        ByteBuffer key = ByteBuffer.allocateDirect(40).position(4);
        assertThatThrownBy(() -> RecoveryKeyText.parse(direct((text + "c").getBytes(UTF_8)), key))
                .isInstanceOf(KeyringException.class);
        assertThat(key.position()).isEqualTo(4);
        for (int i = 0; i < 40; i++) {
            assertThat(key.get(i)).isZero();
        }
    }

    @Test
    void worksOutsideTheHeapOnly() {
        ByteBuffer heap = ByteBuffer.allocate(100);
        ByteBuffer direct = ByteBuffer.allocateDirect(100);
        for (ByteBuffer[] pair : new ByteBuffer[][] {{heap, direct}, {direct, heap}}) {
            assertThatThrownBy(() -> RecoveryKeyText.format(pair[0], pair[1]))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> RecoveryKeyText.parse(pair[0], pair[1]))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    private static String format(byte[] key) {
        ByteBuffer text = ByteBuffer.allocateDirect(RecoveryKeyText.TEXT_BYTES);
        RecoveryKeyText.format(direct(key), text);
        assertThat(text.hasRemaining()).isFalse();
        byte[] ascii = new byte[RecoveryKeyText.TEXT_BYTES];
        text.get(0, ascii);
        return new String(ascii, UTF_8);
    }

    private static byte[] parse(String text) {
        ByteBuffer key = ByteBuffer.allocateDirect(32);
        RecoveryKeyText.parse(direct(text.getBytes(UTF_8)), key);
        byte[] octets = new byte[32];
        key.get(0, octets);
        return octets;
    }

    private static Optional<String> refusal(String text) {
        KeyringException refused = catchThrowableOfType(KeyringException.class, () -> parse(text));
        if (refused == null) {
            return Optional.empty();
        }
        assertThat(refused.kind()).isEqualTo(ErrorKind.BAD_RECOVERY_KEY);
        return Optional.of(refused.fields().get("reason"));
    }

    private static ByteBuffer direct(byte[] octets) {
        return ByteBuffer.allocateDirect(octets.length).put(octets).flip();
    }
}
