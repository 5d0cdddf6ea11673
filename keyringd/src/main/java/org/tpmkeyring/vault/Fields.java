// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.vault;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import org.tpmkeyring.protocol.KeyringException;
import org.tpmkeyring.protocol.value.Bytes;

/** Takes the members of a JSON object one by one; what is missing, of a wrong type or left over is refused. */
final class Fields {
    private final String where;
    private final Map<String, Object> left;

    private Fields(String where, Map<String, Object> members) {
        this.where = where;
        this.left = members;
    }

    /**
     * @param where what the object is, for messages
     */
    static Fields of(String where, Object value) throws MalformedVaultException {
        if (!(value instanceof Map<?, ?> members)) {
            throw new MalformedVaultException(where + " is not an object");
        }
        Map<String, Object> typed = new LinkedHashMap<>();
        members.forEach((key, member) -> typed.put((String) key, member));
        return new Fields(where, typed);
    }

    String text(String name) throws MalformedVaultException {
        return take(name, String.class);
    }

    long number(String name) throws MalformedVaultException {
        long value = take(name, Long.class);
        if (value < 0) {
            throw wrong(name);
        }
        return value;
    }

    int smallNumber(String name) throws MalformedVaultException {
        long value = number(name);
        if (value > Integer.MAX_VALUE) {
            throw wrong(name);
        }
        return (int) value;
    }

    Bytes base64(String name) throws MalformedVaultException {
        return value(name, Bytes::ofBase64);
    }

    Bytes hex(String name) throws MalformedVaultException {
        return value(name, Bytes::ofHex);
    }

    /** A text that a value type reads. */
    <T> T value(String name, Function<String, T> reader) throws MalformedVaultException {
        try {
            return reader.apply(text(name));
        } catch (IllegalArgumentException | KeyringException e) {
            throw wrong(name);
        }
    }

    SortedMap<String, String> texts(String name) throws MalformedVaultException {
        Map<?, ?> members = take(name, Map.class);
        SortedMap<String, String> texts = new TreeMap<>();
        for (Map.Entry<?, ?> member : members.entrySet()) {
            if (!(member.getValue() instanceof String text)) {
                throw wrong(name);
            }
            texts.put((String) member.getKey(), text);
        }
        return texts;
    }

    List<Fields> objects(String name) throws MalformedVaultException {
        List<Fields> objects = new ArrayList<>();
        for (Object item : take(name, List.class)) {
            objects.add(of("an entry of " + name, item));
        }
        return objects;
    }

    void end() throws MalformedVaultException {
        if (!left.isEmpty()) {
            throw new MalformedVaultException(where + " has an unknown field");
        }
    }

    private <T> T take(String name, Class<T> type) throws MalformedVaultException {
        Object value = left.remove(name);
        if (!type.isInstance(value)) {
            throw wrong(name);
        }
        return type.cast(value);
    }

    private MalformedVaultException wrong(String name) {
        return new MalformedVaultException("field '" + name + "' of " + where + " is missing or wrong");
    }
}
