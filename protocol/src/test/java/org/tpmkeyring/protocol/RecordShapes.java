// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.protocol;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** What the interface definition has to say about records and enums. Collects the types they use. */
final class RecordShapes {
    final Map<String, Map<String, String>> usedTypes = new LinkedHashMap<>();

    /** Members of a request: what the codec lets be absent is optional. */
    Map<String, String> ofRequest(Class<?> type) {
        Map<String, String> shape = shape(type);
        shape.replaceAll((name, text) -> text.equals("bool") || text.startsWith("[]") ? "?" + text : text);
        return shape;
    }

    /** Members of a reply. */
    Map<String, String> ofReply(Class<?> type) {
        return shape(type);
    }

    /** Members of an error: the named values may be unknown to the thrower. */
    static Map<String, String> ofError(ErrorKind kind) {
        Map<String, String> shape = new LinkedHashMap<>();
        shape.put("message", "string");
        shape.put("hint", "string");
        kind.fields().forEach(field -> shape.put(field, "?string"));
        return shape;
    }

    private Map<String, String> shape(Class<?> type) {
        Map<String, String> members = new LinkedHashMap<>();
        for (RecordComponent component : type.getRecordComponents()) {
            members.put(component.getName(), text(component.getGenericType()));
        }
        return members;
    }

    private String text(Type type) {
        if (type instanceof ParameterizedType generic) {
            String element = text(generic.getActualTypeArguments()[0]);
            return (generic.getRawType() == Optional.class ? "?" : "[]") + element;
        }
        Class<?> plain = (Class<?>) type;
        if (List.of(long.class, int.class, Long.class, Integer.class).contains(plain)) {
            return "int";
        }
        if (plain == boolean.class || plain == Boolean.class) {
            return "bool";
        }
        if (plain == String.class) {
            return "string";
        }
        if (!usedTypes.containsKey(plain.getSimpleName())) {
            usedTypes.put(plain.getSimpleName(), Map.of());
            usedTypes.put(plain.getSimpleName(), plain.isEnum() ? constants(plain) : shape(plain));
        }
        return plain.getSimpleName();
    }

    private static Map<String, String> constants(Class<?> type) {
        return Arrays.stream(type.getEnumConstants())
                .map(constant -> ((Enum<?>) constant).name().toLowerCase(Locale.ROOT))
                .collect(Collectors.toMap(name -> name, name -> "", (a, b) -> a, LinkedHashMap::new));
    }
}
