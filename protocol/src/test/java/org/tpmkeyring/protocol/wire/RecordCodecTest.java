// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.protocol.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.tpmkeyring.protocol.api.AddKey;
import org.tpmkeyring.protocol.api.KeyInfo;
import org.tpmkeyring.protocol.api.TpmSelfTest;
import org.tpmkeyring.protocol.api.Unlock;
import org.tpmkeyring.protocol.value.TargetType;

/** Records survive the wire; what is not quite a record does not get in. */
final class RecordCodecTest {
    @Provide
    Arbitrary<Record> records() {
        return ApiArbitraries.anyRecord();
    }

    @Property
    void everyRecordComesBackEqual(@ForAll("records") Record record) throws MalformedMessageException {
        byte[] text = Json.write(RecordCodec.toTree(record));
        assertThat(RecordCodec.fromTree(record.getClass(), Json.parse(text))).isEqualTo(record);
    }

    @Property
    void anUnknownMemberIsRefusedByName(@ForAll("records") Record record) {
        Map<String, Object> tree = RecordCodec.toTree(record);
        tree.put("surplus", null);
        assertThatThrownBy(() -> RecordCodec.fromTree(record.getClass(), tree))
                .asInstanceOf(type(MalformedMessageException.class))
                .extracting(MalformedMessageException::parameter)
                .isEqualTo("surplus");
    }

    @Property
    void aMissingMemberIsRefusedByNameUnlessItMayBeAbsent(@ForAll("records") Record record) throws Exception {
        for (RecordComponent component : record.getClass().getRecordComponents()) {
            Map<String, Object> tree = RecordCodec.toTree(record);
            tree.remove(component.getName());
            Class<?> type = component.getType();
            if (type == Optional.class || type == List.class || type == boolean.class) {
                RecordCodec.fromTree(record.getClass(), tree);
            } else {
                assertRefused(record.getClass(), tree, component.getName());
            }
        }
    }

    @Property
    void aWrongTypeIsRefusedByName(@ForAll("records") Record record, @ForAll boolean asMap) {
        for (RecordComponent component : record.getClass().getRecordComponents()) {
            Map<String, Object> tree = RecordCodec.toTree(record);
            Class<?> type = component.getType();
            boolean mayBeRecord = type.isRecord() || type == Optional.class;
            tree.put(component.getName(), wrongFor(type, asMap && !mayBeRecord));
            assertRefused(record.getClass(), tree, component.getName());
        }
    }

    private static Object wrongFor(Class<?> type, boolean asMap) {
        return asMap || type == List.class ? Map.of("a", 1L) : List.of(Map.of("a", 1L));
    }

    private static void assertRefused(Class<? extends Record> type, Map<String, Object> tree, String name) {
        assertThatThrownBy(() -> RecordCodec.fromTree(type, tree))
                .as(type + " " + name)
                .asInstanceOf(type(MalformedMessageException.class))
                .extracting(MalformedMessageException::parameter)
                .isEqualTo(name);
    }

    @Property
    void anyTreeIsARecordOrMalformedAndNothingElse(
            @ForAll("trees") Map<String, Object> tree, @ForAll("types") Class<? extends Record> type) {
        try {
            RecordCodec.fromTree(type, tree);
        } catch (MalformedMessageException e) {
            assertThat(e.getMessage()).isNotBlank();
        }
    }

    @Provide
    Arbitrary<Class<? extends Record>> types() {
        return Arbitraries.of(ApiArbitraries.allRecords());
    }

    @Provide
    Arbitrary<Map<String, Object>> trees() {
        List<String> names = new ArrayList<>();
        ApiArbitraries.allRecords().forEach(type -> {
            for (RecordComponent component : type.getRecordComponents()) {
                names.add(component.getName());
            }
        });
        Arbitrary<Object> scalar = Arbitraries.of("", "user", "default", 0L, -1L, Long.MAX_VALUE, true, false)
                .map(Object.class::cast)
                .injectNull(0.1);
        Arbitrary<Object> value = Arbitraries.oneOf(
                scalar,
                scalar.list().ofMaxSize(2).map(Object.class::cast),
                Arbitraries.maps(Arbitraries.of(names), scalar).ofMaxSize(4).map(Object.class::cast));
        return Arbitraries.maps(Arbitraries.of(names), value).ofMaxSize(6);
    }

    @Test
    void enumsTravelInLowerCase() throws MalformedMessageException {
        Map<String, Object> tree = new LinkedHashMap<>(Map.of("name", "home", "target", "ecryptfs"));
        AddKey.Request request = RecordCodec.fromTree(AddKey.Request.class, tree);
        assertThat(request.target()).isEqualTo(TargetType.ECRYPTFS);
        assertThat(request.generate()).isFalse();
        for (String wrong : List.of("ECRYPTFS", "ecryptfs ", "")) {
            tree.put("target", wrong);
            assertRefused(AddKey.Request.class, tree, "target");
        }
    }

    @Test
    void anIntOutOf32BitsIsRefused() {
        for (long size : new long[] {1L << 31, -(1L << 31) - 1, Long.MAX_VALUE}) {
            assertRefused(AddKey.Request.class, Map.of("name", "a", "target", "user", "sizeBytes", size), "sizeBytes");
        }
    }

    @Test
    void aListHoldsNoNullAndOneTypeOnly() {
        List<Object> withNull = new ArrayList<>();
        withNull.add(null);
        assertRefused(Unlock.Request.class, Map.of("vaults", withNull), "vaults");
        assertRefused(Unlock.Request.class, Map.of("vaults", List.of("a", 1L)), "vaults");
        assertRefused(Unlock.Request.class, Map.of("vaults", "a"), "vaults");
    }

    @Test
    void aNestedRecordIsCheckedAsStrictly() {
        Map<String, Object> vault = Map.of("unknown", 1L);
        assertThatThrownBy(() -> RecordCodec.fromTree(
                        org.tpmkeyring.protocol.api.ShowKey.Reply.class, Map.of("key", vault, "vault", vault)))
                .isInstanceOf(MalformedMessageException.class);
        assertThat(KeyInfo.class.isRecord()).isTrue();
    }

    @Test
    void booleansAreNoNumbersAndNoText() {
        for (Object wrong : List.of(1L, "true", List.of(true))) {
            assertRefused(TpmSelfTest.Request.class, Map.of("full", wrong), "full");
        }
    }
}
