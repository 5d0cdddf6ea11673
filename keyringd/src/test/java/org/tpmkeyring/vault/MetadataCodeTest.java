// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.vault;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.tpmkeyring.key.KeyRecord;
import org.tpmkeyring.protocol.value.Bytes;
import org.tpmkeyring.protocol.value.PcrBank;
import org.tpmkeyring.protocol.value.VaultName;
import org.tpmkeyring.protocol.value.When;
import org.tpmkeyring.tpm.PcrValues;
import org.tpmkeyring.tpm.SealedObject;

/** Whatever is changed in a vault, its code does not hold any more. */
final class MetadataCodeTest {
    private static final Bytes OTHER = Bytes.ofHex("99");

    @Test
    void holdsForWhatItWasMadeOf() {
        assertThat(holds(sample(), 1, 1)).isTrue();
    }

    @Test
    void holdsUnderItsOwnKekAndGenerationOnly() {
        assertThat(holds(sample(), 1, 2)).isFalse();
        assertThat(holds(sample(), 2, 1)).isFalse();
    }

    @Test
    void isNotFooledByACodeOfAnotherLength() {
        Vault vault = sample();
        try (Kek kek = Samples.kek(1)) {
            Bytes half = Bytes.ofHex(MetadataCode.of(vault, 1, kek).hex().substring(0, 32));
            assertThat(MetadataCode.holds(new LoadedVault(vault, 1, half), kek)).isFalse();
            assertThat(MetadataCode.holds(new LoadedVault(vault, 1, Bytes.ofHex("")), kek))
                    .isFalse();
        }
    }

    @TestFactory
    Stream<DynamicTest> everyChangeIsNoticed() {
        Vault v = sample();
        Map<String, Vault> changes = new LinkedHashMap<>();
        changes.put(
                "id",
                new Vault(Samples.OTHER_ID, v.name(), v.owner(), v.when(), v.created(), v.protectors(), v.keys()));
        changes.put("name", v.withName(new VaultName("hame")));
        changes.put("owner", new Vault(v.id(), v.name(), 0, v.when(), v.created(), v.protectors(), v.keys()));
        changes.put("when", new Vault(v.id(), v.name(), v.owner(), When.BOOT, v.created(), v.protectors(), v.keys()));
        changes.put("created", new Vault(v.id(), v.name(), v.owner(), v.when(), 0, v.protectors(), v.keys()));
        changes.put(
                "keys in another order",
                v.withKeys(List.of(v.keys().get(1), v.keys().get(0))));
        changes.put("a key less", v.withKeys(v.keys().subList(0, 1)));
        changes.put(
                "a key twice",
                v.withKeys(List.of(v.keys().get(0), v.keys().get(1), v.keys().get(1))));
        changes.put("a protector less", v.withProtectors(v.protectors().subList(0, 1)));
        changes.put(
                "protectors in another order",
                v.withProtectors(List.of(v.protectors().get(1), v.protectors().get(0))));
        changes.put("nothing in it", v.withProtectors(List.of()).withKeys(List.of()));
        addKeyChanges(v, changes);
        addProtectorChanges(v, changes);
        return changes.entrySet().stream()
                .map(change -> DynamicTest.dynamicTest(
                        change.getKey(),
                        () -> assertThat(holds(change.getValue(), 1, 1)).isFalse()));
    }

    private static void addKeyChanges(Vault v, Map<String, Vault> changes) {
        WrappedKey key = v.keys().get(0);
        changes.put("wrapped key", withKey(v, new WrappedKey(key.record(), OTHER)));
        KeyWrappingTest.changedRecords()
                .forEach(record -> changes.put("key " + record, withKey(v, new WrappedKey(record, key.wrapped()))));
        KeyRecord r = key.record();
        Map<String, String> more = new TreeMap<>(r.attributes());
        more.put("", "");
        changes.put(
                "an attribute more",
                withKey(
                        v,
                        new WrappedKey(
                                new KeyRecord(r.name(), r.target(), more, r.sizeBytes(), r.created()), key.wrapped())));
    }

    private static void addProtectorChanges(Vault v, Map<String, Vault> changes) {
        Protector.Tpm2 t = (Protector.Tpm2) v.protectors().get(0);
        SealedObject s = t.sealed();
        Protector.Recovery r = (Protector.Recovery) v.protectors().get(1);
        changes.put("tpm2 id", with(v, 0, new Protector.Tpm2("tpm2-9", t.created(), s)));
        changes.put("tpm2 created", with(v, 0, new Protector.Tpm2(t.id(), 0, s)));
        changes.put("public", sealed(v, new SealedObject(OTHER, s.privateArea(), s.parent(), s.values())));
        changes.put("private", sealed(v, new SealedObject(s.publicArea(), OTHER, s.parent(), s.values())));
        changes.put("parent", sealed(v, new SealedObject(s.publicArea(), s.privateArea(), OTHER, s.values())));
        changes.put("bank", values(v, PcrBank.SHA3_256, Map.of(7, Samples.DIGEST, 14, Samples.DIGEST)));
        changes.put("pcr", values(v, PcrBank.SHA256, Map.of(7, Samples.DIGEST, 15, Samples.DIGEST)));
        changes.put("a pcr less", values(v, PcrBank.SHA256, Map.of(7, Samples.DIGEST)));
        Bytes digest = Bytes.ofHex("ac".repeat(32));
        changes.put("digest", values(v, PcrBank.SHA256, Map.of(7, Samples.DIGEST, 14, digest)));
        changes.put(
                "recovery id", with(v, 1, new Protector.Recovery("recovery-9", r.created(), r.salt(), r.wrappedKek())));
        changes.put("recovery created", with(v, 1, new Protector.Recovery(r.id(), 0, r.salt(), r.wrappedKek())));
        changes.put("salt", with(v, 1, new Protector.Recovery(r.id(), r.created(), OTHER, r.wrappedKek())));
        changes.put("wrapped kek", with(v, 1, new Protector.Recovery(r.id(), r.created(), r.salt(), OTHER)));
    }

    private static Vault withKey(Vault vault, WrappedKey key) {
        return vault.withKeys(List.of(key, vault.keys().get(1)));
    }

    private static Vault with(Vault vault, int index, Protector protector) {
        List<Protector> protectors = new ArrayList<>(vault.protectors());
        protectors.set(index, protector);
        return vault.withProtectors(protectors);
    }

    private static Vault sealed(Vault vault, SealedObject sealed) {
        Protector old = vault.protectors().get(0);
        return with(vault, 0, new Protector.Tpm2(old.id(), old.created(), sealed));
    }

    private static Vault values(Vault vault, PcrBank bank, Map<Integer, Bytes> digests) {
        SealedObject s = Samples.tpm2().sealed();
        return sealed(
                vault,
                new SealedObject(
                        s.publicArea(), s.privateArea(), s.parent(), new PcrValues(bank, new TreeMap<>(digests))));
    }

    /** One and the same for all of a test run: wrapping is random. */
    private static final Vault SAMPLE = make();

    private static Vault make() {
        try (Kek kek = Samples.kek(1)) {
            return Samples.vault(Samples.ID, kek);
        }
    }

    private static Vault sample() {
        return SAMPLE;
    }

    /** Whether the code of the sample at generation 1 under KEK 1 holds for this. */
    private static boolean holds(Vault vault, long generation, int kekFill) {
        try (Kek kek = Samples.kek(1);
                Kek used = Samples.kek(kekFill)) {
            return MetadataCode.holds(new LoadedVault(vault, generation, MetadataCode.of(SAMPLE, 1, kek)), used);
        }
    }
}
