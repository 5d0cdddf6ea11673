// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.protocol.wire;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * JSON text to and from a tree of {@code Map<String, Object>}, {@code List<Object>}, {@code String},
 * {@code Long}, {@code Boolean} and {@code null}. Floating point numbers, duplicate names, trailing text,
 * text that is not strict UTF-8, NUL characters (no path or key description can hold one), halves of
 * surrogate pairs and anything beyond {@link Limits} are refused.
 */
public final class Json {
    private static final JsonFactory FACTORY = factory(Long.MAX_VALUE);
    private static final JsonFactory CALL_FACTORY = factory(Limits.CALL_TOKENS);

    private Json() {}

    private static JsonFactory factory(long mostTokens) {
        return JsonFactory.builder()
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                // names come from strangers: no table of them may outlive the message
                .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(Limits.NESTING)
                        .maxNumberLength(20)
                        .maxTokenCount(mostTokens)
                        .build())
                .build();
    }

    /**
     * @param text UTF-8, exactly one object
     * @throws MalformedMessageException when it is anything else
     */
    public static Map<String, Object> parse(byte[] text) throws MalformedMessageException {
        return parse(FACTORY, text);
    }

    /** The same for what strangers send: at most {@link Limits#CALL_TOKENS} tokens. */
    static Map<String, Object> parseCall(byte[] text) throws MalformedMessageException {
        return parse(CALL_FACTORY, text);
    }

    private static Map<String, Object> parse(JsonFactory factory, byte[] text) throws MalformedMessageException {
        try (JsonParser parser = factory.createParser(decode(text))) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new MalformedMessageException("", "it is not a JSON object");
            }
            Map<String, Object> tree = object(parser);
            if (parser.nextToken() != null) {
                throw new MalformedMessageException("", "there is something after the JSON object");
            }
            return tree;
        } catch (IOException e) {
            throw new MalformedMessageException("", "it is not well-formed JSON within the limits");
        }
    }

    /** Strict, and UTF-8 alone: Jackson would guess UTF-16 and UTF-32 and let overlong forms pass. */
    private static String decode(byte[] text) throws MalformedMessageException {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(text))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new MalformedMessageException("", "it is not UTF-8");
        }
    }

    private static String checked(String text) throws MalformedMessageException {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean pair = Character.isHighSurrogate(c)
                    && i + 1 < text.length()
                    && Character.isLowSurrogate(text.charAt(i + 1));
            if (c == 0 || (Character.isSurrogate(c) && !pair)) {
                throw new MalformedMessageException("", "it holds a character that is none");
            }
            i += pair ? 1 : 0;
        }
        return text;
    }

    private static Map<String, Object> object(JsonParser parser) throws IOException, MalformedMessageException {
        Map<String, Object> members = new LinkedHashMap<>();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = checked(parser.currentName());
            parser.nextToken();
            members.put(name, value(parser));
        }
        return members;
    }

    private static Object value(JsonParser parser) throws IOException, MalformedMessageException {
        return switch (parser.currentToken()) {
            case START_OBJECT -> object(parser);
            case START_ARRAY -> array(parser);
            case VALUE_STRING -> checked(parser.getText());
            case VALUE_NUMBER_INT -> parser.getLongValue();
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case VALUE_NULL -> null;
            default -> throw new MalformedMessageException("", "it holds a number that is not an integer");
        };
    }

    private static List<Object> array(JsonParser parser) throws IOException, MalformedMessageException {
        List<Object> items = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            items.add(value(parser));
        }
        return items;
    }

    /** Compact UTF-8 text of a tree. */
    public static byte[] write(Map<String, ?> tree) {
        return write(tree, false);
    }

    /** UTF-8 text of a tree, indented for people. */
    public static byte[] writePretty(Map<String, ?> tree) {
        return write(tree, true);
    }

    private static byte[] write(Map<String, ?> tree, boolean pretty) {
        ByteArrayOutputStream text = new ByteArrayOutputStream(256);
        try (JsonGenerator generator = FACTORY.createGenerator(text)) {
            if (pretty) {
                generator.setPrettyPrinter(new DefaultPrettyPrinter());
            }
            writeValue(generator, tree);
        } catch (IOException e) {
            throw new UncheckedIOException("writing JSON to memory", e);
        }
        return text.toByteArray();
    }

    private static void writeValue(JsonGenerator generator, Object value) throws IOException {
        if (value instanceof Map<?, ?> members) {
            generator.writeStartObject();
            for (Map.Entry<?, ?> member : members.entrySet()) {
                generator.writeFieldName((String) member.getKey());
                writeValue(generator, member.getValue());
            }
            generator.writeEndObject();
        } else if (value instanceof List<?> items) {
            generator.writeStartArray();
            for (Object item : items) {
                writeValue(generator, item);
            }
            generator.writeEndArray();
        } else if (value instanceof String text) {
            generator.writeString(text);
        } else if (value instanceof Long || value instanceof Integer) {
            generator.writeNumber(((Number) value).longValue());
        } else if (value instanceof Boolean flag) {
            generator.writeBoolean(flag);
        } else if (value == null) {
            generator.writeNull();
        } else {
            throw new IllegalArgumentException("not a JSON value: " + value.getClass());
        }
    }
}
