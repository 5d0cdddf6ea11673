// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.protocol.wire;

import java.lang.reflect.Constructor;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import org.tpmkeyring.protocol.api.Method;
import org.tpmkeyring.protocol.api.Methods;

/** Arbitrary records of the interface, made from their components. */
final class ApiArbitraries {
    private ApiArbitraries() {}

    /** Every request and every reply record of every method. */
    static List<Class<? extends Record>> allRecords() {
        List<Class<? extends Record>> records = new ArrayList<>();
        for (Method<?, ?> method : Methods.ALL) {
            records.add(method.request().asSubclass(Record.class));
            records.add(method.reply());
        }
        return records;
    }

    static Arbitrary<Record> anyRecord() {
        return Arbitraries.of(allRecords()).flatMap(ApiArbitraries::of);
    }

    static Arbitrary<Record> of(Class<? extends Record> type) {
        List<Arbitrary<Object>> members = new ArrayList<>();
        List<Class<?>> types = new ArrayList<>();
        for (RecordComponent component : type.getRecordComponents()) {
            members.add(ofType(component.getGenericType()).asGeneric());
            types.add(component.getType());
        }
        return Combinators.combine(members).as(values -> make(type, types, values));
    }

    private static Record make(Class<? extends Record> type, List<Class<?>> types, List<Object> values) {
        try {
            Constructor<? extends Record> constructor = type.getDeclaredConstructor(types.toArray(new Class<?>[0]));
            return constructor.newInstance(values.toArray());
        } catch (ReflectiveOperationException e) {
            throw new LinkageError(type + " cannot be made", e);
        }
    }

    private static Arbitrary<?> ofType(Type type) {
        if (type instanceof ParameterizedType generic) {
            Arbitrary<?> element = ofType(generic.getActualTypeArguments()[0]);
            return generic.getRawType() == Optional.class
                    ? element.optional()
                    : element.list().ofMaxSize(3);
        }
        Class<?> plain = (Class<?>) type;
        if (plain == String.class) {
            return text();
        }
        if (plain == boolean.class || plain == Boolean.class) {
            return Arbitraries.of(true, false);
        }
        if (plain == int.class || plain == Integer.class) {
            return Arbitraries.integers();
        }
        if (plain == long.class || plain == Long.class) {
            return Arbitraries.longs();
        }
        return plain.isEnum() ? Arbitraries.of(plain.getEnumConstants()) : of(plain.asSubclass(Record.class));
    }

    /** Text that can travel: no NUL, no half of a surrogate pair. */
    static Arbitrary<String> text() {
        return Arbitraries.strings()
                .withCharRange('\u0001', '\ud7ff')
                .withCharRange('\ue000', '\uffff')
                .ofMaxLength(12)
                .map(s -> s.length() % 3 == 0 ? s + Character.toString(0x1f511) : s);
    }
}
