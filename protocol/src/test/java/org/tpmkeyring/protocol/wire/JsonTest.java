// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.protocol.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Strict in what is let in. */
final class JsonTest {
    private static Map<String, Object> parse(String text) throws MalformedMessageException {
        return Json.parse(text.getBytes(UTF_8));
    }

    private static String nested(int depth) {
        return "{\"a\":" + "[".repeat(depth - 1) + "]".repeat(depth - 1) + "}";
    }

    @Test
    void everyKindOfValueIsRead() throws MalformedMessageException {
        assertThat(parse("{\"s\":\"\\u00e9\",\"n\":-12,\"t\":true,\"f\":false,\"z\":null,\"l\":[1,[]],\"o\":{}}"))
                .containsEntry("s", "\u00e9")
                .containsEntry("n", -12L)
                .containsEntry("t", true)
                .containsEntry("f", false)
                .containsEntry("z", null)
                .containsEntry("l", List.of(1L, List.of()))
                .containsEntry("o", Map.of());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "null",
                "[]",
                "1",
                "\"a\"",
                "{",
                "{}}",
                "{} {}",
                "{}x",
                "{\"a\"}",
                "{\"a\":}",
                "{\"a\":1,}",
                "{'a':1}",
                "{a:1}",
                "{\"a\":1 \"b\":2}",
                "{\"a\":[1,]}",
                "{\"a\":[1",
                "{\"a\":NaN}",
                "{\"a\":+1}",
                "{\"a\":01}",
                "{\"a\":0x1}",
                "{\"a\":tru}",
                "{\"a\":\"\t\"}",
                "/**/{}",
                "{}//",
                "\ufeff{}"
            })
    void whatIsNotOneObjectIsRefused(String text) {
        assertThatThrownBy(() -> parse(text)).isInstanceOf(MalformedMessageException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.0", "1e3", "-0.5", "1E-2", "9223372036854775807.0"})
    void floatsAreRefused(String number) {
        assertThatThrownBy(() -> parse("{\"a\":" + number + "}")).isInstanceOf(MalformedMessageException.class);
    }

    @Test
    void numbersHave64Bits() throws MalformedMessageException {
        assertThat(parse("{\"a\":9223372036854775807,\"b\":-9223372036854775808}"))
                .containsEntry("a", Long.MAX_VALUE)
                .containsEntry("b", Long.MIN_VALUE);
        for (BigInteger beyond : List.of(
                BigInteger.valueOf(Long.MAX_VALUE).add(BigInteger.ONE),
                BigInteger.valueOf(Long.MIN_VALUE).subtract(BigInteger.ONE),
                BigInteger.TEN.pow(19),
                BigInteger.TEN.pow(5000))) {
            assertThatThrownBy(() -> parse("{\"a\":" + beyond + "}")).isInstanceOf(MalformedMessageException.class);
        }
    }

    @Test
    void duplicateNamesAreRefusedAtAnyDepth() {
        for (String text : List.of("{\"a\":1,\"a\":1}", "{\"b\":{\"a\":1,\"a\":2}}", "{\"a\":1,\"\\u0061\":2}")) {
            assertThatThrownBy(() -> parse(text)).isInstanceOf(MalformedMessageException.class);
        }
    }

    @Test
    void nestingIsEightDeep() throws MalformedMessageException {
        assertThat(parse(nested(8))).containsKey("a");
        assertThatThrownBy(() -> parse(nested(9))).isInstanceOf(MalformedMessageException.class);
        assertThatThrownBy(() -> parse(nested(30_000))).isInstanceOf(MalformedMessageException.class);
    }

    @Test
    void nulAndHalfSurrogatesAreRefusedInNamesAndValues() throws MalformedMessageException {
        for (String half : List.of("\\u0000", "a\\ud83d", "\\udd11\\ud83d", "\\ud83d\\ud83d\\udd11")) {
            assertThatThrownBy(() -> parse("{\"a\":\"" + half + "\"}")).isInstanceOf(MalformedMessageException.class);
            assertThatThrownBy(() -> parse("{\"" + half + "\":1}")).isInstanceOf(MalformedMessageException.class);
        }
        assertThat(parse("{\"a\":\"\\ud83d\\udd11\"}")).containsEntry("a", Character.toString(0x1f511));
    }

    @Test
    void onlyStrictUtf8IsRead() {
        byte[] overlong = {'{', '"', 'a', '"', ':', '"', (byte) 0xc0, (byte) 0xaf, '"', '}'};
        byte[] surrogate = {'{', '"', 'a', '"', ':', '"', (byte) 0xed, (byte) 0xa0, (byte) 0x80, '"', '}'};
        byte[] latin = "{\"a\":\"\u00e9\"}".getBytes(StandardCharsets.ISO_8859_1);
        byte[] wide = "{\"a\":1}".getBytes(StandardCharsets.UTF_16BE);
        for (byte[] text : List.of(overlong, surrogate, latin, wide)) {
            assertThatThrownBy(() -> Json.parse(text)).isInstanceOf(MalformedMessageException.class);
        }
    }

    @Property
    void noBytesMakeItThrowAnythingElse(@ForAll @Size(max = 200) byte[] text) {
        try {
            Json.parse(text);
        } catch (MalformedMessageException e) {
            assertThat(e.getMessage()).isNotBlank();
        }
    }

    @Property
    void noDamageToAMessageMakesItThrowAnythingElse(@ForAll int where, @ForAll byte replacement) {
        byte[] text =
                "{\"method\":\"a.b\",\"parameters\":{\"l\":[1,-2,{\"x\":null}],\"s\":\"\\u00e9\\n\"},\"more\":true}"
                        .getBytes(UTF_8);
        text[Math.floorMod(where, text.length)] = replacement;
        try {
            Json.parse(text);
        } catch (MalformedMessageException e) {
            assertThat(e.getMessage()).isNotBlank();
        }
    }

    @Test
    void writingRefusesWhatCouldNotBeReadBack() {
        for (Object value : List.of(1.5, new Object(), 'c', BigInteger.ONE)) {
            assertThatThrownBy(() -> Json.write(Map.of("a", value))).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void prettyTextIsTheSameTree() throws MalformedMessageException {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("a", List.of(1L, "x"));
        tree.put("b", Map.of("c", true));
        assertThat(Json.parse(Json.writePretty(tree))).isEqualTo(tree);
        assertThat(new String(Json.writePretty(tree), UTF_8)).contains("\n");
        assertThat(new String(Json.write(tree), UTF_8)).isEqualTo("{\"a\":[1,\"x\"],\"b\":{\"c\":true}}");
    }
}
