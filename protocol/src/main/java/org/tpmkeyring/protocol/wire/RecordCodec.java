// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.protocol.wire;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Maps records to JSON trees and back by their components: {@code String}, {@code int}, {@code long},
 * {@code boolean}, enums (lower case), records, and {@code Optional} and {@code List} of these. An absent
 * or null member is an empty {@code Optional}, an empty {@code List} or {@code false}; any other missing
 * member, an unknown member or a wrong type is refused.
 */
public final class RecordCodec {
    private RecordCodec() {}

    /** The JSON tree of a record; empty optionals are left out. */
    public static Map<String, Object> toTree(Record value) {
        Map<String, Object> tree = new LinkedHashMap<>();
        for (RecordComponent component : value.getClass().getRecordComponents()) {
            Object member = encode(read(component, value));
            if (member != null) {
                tree.put(component.getName(), member);
            }
        }
        return tree;
    }

    private static Object read(RecordComponent component, Record value) {
        try {
            return component.getAccessor().invoke(value);
        } catch (IllegalAccessException | InvocationTargetException e) {
            throw new IllegalStateException("record " + value.getClass() + " is not readable", e);
        }
    }

    private static Object encode(Object value) {
        if (value instanceof Optional<?> optional) {
            return optional.map(RecordCodec::encode).orElse(null);
        }
        if (value instanceof List<?> items) {
            List<Object> encoded = new ArrayList<>(items.size());
            items.forEach(item -> encoded.add(encode(item)));
            return encoded;
        }
        if (value instanceof Enum<?> constant) {
            return constant.name().toLowerCase(Locale.ROOT);
        }
        if (value instanceof Record nested) {
            return toTree(nested);
        }
        if (value instanceof Integer number) {
            return number.longValue();
        }
        return value;
    }

    /**
     * @param type a record of the interface
     * @param tree what {@link Json#parse} made of the text
     * @throws MalformedMessageException naming the parameter at fault
     */
    public static <T extends Record> T fromTree(Class<T> type, Map<String, Object> tree)
            throws MalformedMessageException {
        RecordComponent[] components = type.getRecordComponents();
        Class<?>[] types = new Class<?>[components.length];
        Object[] values = new Object[components.length];
        int present = 0;
        for (int i = 0; i < components.length; i++) {
            String name = components[i].getName();
            types[i] = components[i].getType();
            present += tree.containsKey(name) ? 1 : 0;
            values[i] = decode(name, components[i].getGenericType(), tree.get(name));
        }
        if (present < tree.size()) {
            throw unknownMember(components, tree);
        }
        try {
            Constructor<T> canonical = type.getDeclaredConstructor(types);
            return canonical.newInstance(values);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("record " + type + " cannot be made", e);
        }
    }

    private static MalformedMessageException unknownMember(RecordComponent[] components, Map<String, Object> tree) {
        List<String> unknown = new ArrayList<>(tree.keySet());
        for (RecordComponent component : components) {
            unknown.remove(component.getName());
        }
        return new MalformedMessageException(unknown.get(0), "there is no such parameter");
    }

    private static Object decode(String name, Type type, Object value) throws MalformedMessageException {
        if (type instanceof ParameterizedType generic) {
            return decodeGeneric(name, generic, value);
        }
        Class<?> plain = (Class<?>) type;
        if (plain == boolean.class && value == null) {
            return false;
        }
        if (value == null) {
            throw new MalformedMessageException(name, "it is missing");
        }
        if ((plain == String.class && value instanceof String)
                || ((plain == boolean.class || plain == Boolean.class) && value instanceof Boolean)
                || ((plain == long.class || plain == Long.class) && value instanceof Long)) {
            return value;
        }
        if ((plain == int.class || plain == Integer.class) && value instanceof Long number) {
            return asInt(name, number);
        }
        if (plain.isEnum() && value instanceof String text) {
            return constant(name, plain, text);
        }
        if (plain.isRecord() && value instanceof Map<?, ?> members) {
            return fromTree(plain.asSubclass(Record.class), stringKeys(members));
        }
        throw new MalformedMessageException(name, "it has the wrong type");
    }

    private static Object decodeGeneric(String name, ParameterizedType type, Object value)
            throws MalformedMessageException {
        Type element = type.getActualTypeArguments()[0];
        if (type.getRawType() == Optional.class) {
            return value == null ? Optional.empty() : Optional.of(decode(name, element, value));
        }
        if (value == null) {
            return List.of();
        }
        if (!(value instanceof List<?> items)) {
            throw new MalformedMessageException(name, "it is not an array");
        }
        List<Object> decoded = new ArrayList<>(items.size());
        for (Object item : items) {
            decoded.add(decode(name, element, item));
        }
        return List.copyOf(decoded);
    }

    private static int asInt(String name, long number) throws MalformedMessageException {
        if (number < Integer.MIN_VALUE || number > Integer.MAX_VALUE) {
            throw new MalformedMessageException(name, "it is out of range");
        }
        return (int) number;
    }

    private static Object constant(String name, Class<?> type, String text) throws MalformedMessageException {
        for (Object constant : type.getEnumConstants()) {
            if (((Enum<?>) constant).name().toLowerCase(Locale.ROOT).equals(text)) {
                return constant;
            }
        }
        throw new MalformedMessageException(name, "it is not one of its values");
    }

    private static Map<String, Object> stringKeys(Map<?, ?> members) {
        Map<String, Object> typed = new LinkedHashMap<>();
        members.forEach((key, value) -> typed.put((String) key, value));
        return typed;
    }
}
