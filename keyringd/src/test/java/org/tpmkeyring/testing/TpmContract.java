// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tpmkeyring.policy.PcrEvent;
import org.tpmkeyring.protocol.value.Bytes;
import org.tpmkeyring.protocol.value.PcrBank;
import org.tpmkeyring.protocol.value.PcrSelection;
import org.tpmkeyring.secret.SecretBuffer;
import org.tpmkeyring.tpm.PcrValues;
import org.tpmkeyring.tpm.SealedObject;
import org.tpmkeyring.tpm.Tpm;
import org.tpmkeyring.tpm.TpmException;
import org.tpmkeyring.tpm.TpmProperty;
import org.tpmkeyring.tpm.TpmSnapshot;

/**
 * What every {@link Tpm} does, the fake one and the real one. The TPM of a test has extended PCRs 0 to 7 and 14
 * and has never extended PCRs 12 and 17.
 */
public abstract class TpmContract {
    private static final PcrSelection BOUND = PcrSelection.parse("7+14");
    private static final PcrEvent EVENT = new PcrEvent("something happened");

    /** The TPM of this test. */
    protected abstract Tpm tpm() throws IOException;

    /** Extends a PCR of bank SHA-256. */
    protected abstract void extend(int pcr) throws IOException;

    /** TPM2_Clear. */
    protected abstract void clear() throws IOException;

    @ParameterizedTest
    @ValueSource(ints = {1, 32, 64, 127, 128})
    void gives_back_what_was_sealed(int size) throws Exception {
        try (SecretBuffer secret = Secrets.random(size)) {
            SealedObject sealed = tpm().seal(secret, tpm().readPcrs(BOUND));
            try (SecretBuffer back = tpm().unseal(sealed)) {
                assertThat(back.constantTimeEquals(secret)).isTrue();
            }
        }
    }

    @Test
    void seals_no_more_than_128_bytes() throws Exception {
        try (SecretBuffer secret = Secrets.random(129)) {
            PcrValues values = tpm().readPcrs(BOUND);
            assertThatThrownBy(() -> tpm().seal(secret, values)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void gives_back_again_and_again() throws Exception {
        try (SecretBuffer secret = Secrets.random(32)) {
            SealedObject sealed = tpm().seal(secret, tpm().readPcrs(BOUND));
            for (int i = 0; i < 5; i++) {
                try (SecretBuffer back = tpm().unseal(sealed)) {
                    assertThat(back.constantTimeEquals(secret)).isTrue();
                }
            }
        }
    }

    @Test
    void binds_to_more_pcrs_than_a_tpm_tells_at_a_time() throws Exception {
        SealedObject sealed = sealed(PcrSelection.parse("0+1+2+3+4+5+6+7+14"));
        tpm().unseal(sealed).close();
        extend(14);
        assertThatThrownBy(() -> tpm().unseal(sealed)).isInstanceOf(TpmException.PcrMismatch.class);
    }

    @Test
    void refuses_after_a_bound_pcr_was_extended() throws Exception {
        SealedObject sealed = sealed(BOUND);
        extend(7);
        assertThatThrownBy(() -> tpm().unseal(sealed)).isInstanceOf(TpmException.PcrMismatch.class);
    }

    @Test
    void does_not_mind_other_pcrs() throws Exception {
        SealedObject sealed = sealed(BOUND);
        extend(12);
        tpm().unseal(sealed).close();
    }

    @Test
    void tells_the_values_that_it_sealed_to() throws Exception {
        SealedObject sealed = sealed(BOUND);
        assertThat(sealed.values()).isEqualTo(tpm().readPcrs(BOUND));
        extend(14);
        assertThat(sealed.values()).isNotEqualTo(tpm().readPcrs(BOUND));
    }

    @Test
    void seals_to_values_that_the_pcrs_do_not_have_yet() throws Exception {
        PcrSelection pcrs = PcrSelection.parse("7+12");
        PcrValues now = tpm().readPcrs(pcrs);
        TreeMap<Integer, Bytes> later = new TreeMap<>(now.byIndex());
        later.computeIfPresent(
                12, (pcr, value) -> EVENT.extended(PcrBank.SHA256, value).orElseThrow());
        try (SecretBuffer secret = Secrets.random(32)) {
            SealedObject sealed = tpm().seal(secret, new PcrValues(PcrBank.SHA256, later));
            assertThat(sealed.values().byIndex()).isEqualTo(later);
            assertThatThrownBy(() -> tpm().unseal(sealed)).isInstanceOf(TpmException.PcrMismatch.class);
            tpm().extend(12, EVENT.text());
            tpm().unseal(sealed).close();
        }
    }

    @Test
    void extends_a_pcr_in_every_bank() throws Exception {
        Map<PcrBank, Bytes> expected = new EnumMap<>(PcrBank.class);
        for (PcrBank bank : banks()) {
            Bytes before = tpm().readPcrs(only(bank, 12)).byIndex().get(12);
            expected.put(bank, EVENT.extended(bank, before).orElseThrow());
        }
        PcrValues others = tpm().readPcrs(BOUND);
        tpm().extend(12, EVENT.text());
        for (PcrBank bank : banks()) {
            assertThat(tpm().readPcrs(only(bank, 12)).byIndex()).containsEntry(12, expected.get(bank));
        }
        assertThat(expected).containsKeys(PcrBank.SHA1, PcrBank.SHA256);
        assertThat(tpm().readPcrs(BOUND)).isEqualTo(others);
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 24})
    void extends_no_pcr_that_is_none(int pcr) {
        assertThatThrownBy(() -> tpm().extend(pcr, "nothing")).isInstanceOf(IllegalArgumentException.class);
    }

    private List<PcrBank> banks() throws Exception {
        return tpm().allocatedPcrs().stream().map(PcrSelection::bank).toList();
    }

    private static PcrSelection only(PcrBank bank, int pcr) {
        return PcrSelection.parse(pcr + ":" + bank.label());
    }

    @Test
    void does_not_open_what_was_sealed_before_it_was_cleared() throws Exception {
        SealedObject sealed = sealed(BOUND);
        clear();
        assertThatThrownBy(() -> tpm().unseal(sealed)).isInstanceOf(TpmException.ForeignObject.class);
        tpm().unseal(sealed(BOUND)).close();
        assertThatThrownBy(() -> tpm().unseal(sealed)).isInstanceOf(TpmException.ForeignObject.class);
    }

    @Test
    void tells_what_it_could_not_open_since_it_was_cleared() throws Exception {
        SealedObject sealed = sealed(BOUND);
        extend(7);
        assertThat(tpm().hasParentOf(sealed)).isTrue();
        clear();
        assertThat(tpm().hasParentOf(sealed)).isFalse();
        assertThat(tpm().hasParentOf(sealed(BOUND))).isTrue();
        assertThat(tpm().hasParentOf(sealed)).isFalse();
    }

    @Test
    void does_not_take_stored_values_that_are_not_the_policy() throws Exception {
        SealedObject sealed = sealed(BOUND);
        TreeMap<Integer, Bytes> other = new TreeMap<>(sealed.values().byIndex());
        other.put(7, Bytes.ofHex("ab".repeat(32)));
        SealedObject changed = new SealedObject(
                sealed.publicArea(),
                sealed.privateArea(),
                sealed.parent(),
                new PcrValues(sealed.values().bank(), other));
        assertThatThrownBy(() -> tpm().unseal(changed)).isInstanceOf(TpmException.MalformedObject.class);
    }

    @Test
    void does_not_open_halves_of_two_objects() throws Exception {
        SealedObject one = sealed(BOUND);
        SealedObject two = sealed(BOUND);
        SealedObject mixed = new SealedObject(one.publicArea(), two.privateArea(), one.parent(), one.values());
        assertThat(one.privateArea()).isNotEqualTo(two.privateArea());
        if (!one.publicArea().equals(two.publicArea())) {
            assertThatThrownBy(() -> tpm().unseal(mixed)).isInstanceOf(TpmException.ForeignObject.class);
        }
    }

    @Test
    void does_not_open_a_changed_private_area() throws Exception {
        SealedObject sealed = sealed(BOUND);
        byte[] octets = sealed.privateArea().toArray();
        octets[octets.length - 1] ^= 1;
        SealedObject changed =
                new SealedObject(sealed.publicArea(), Bytes.copyOf(octets), sealed.parent(), sealed.values());
        assertThatThrownBy(() -> tpm().unseal(changed)).isInstanceOf(TpmException.ForeignObject.class);
    }

    @Test
    void names_a_bank_that_it_does_not_have() {
        PcrSelection missing = PcrSelection.parse("7:sm3_256");
        assertThatThrownBy(() -> tpm().readPcrs(missing))
                .isInstanceOf(TpmException.NotSupported.class)
                .hasMessageContaining("sm3_256");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "7+14", "23", "0+1+2+3+4+5+6+7+8+9+10+11+12+13+14+15+16+17+18+19+20+21+22+23"})
    void reads_the_pcrs_it_was_asked_for(String selection) throws Exception {
        PcrSelection wanted = PcrSelection.parse(selection);
        PcrValues values = tpm().readPcrs(wanted);
        assertThat(values.selection()).isEqualTo(wanted);
        assertThat(tpm().readPcrs(wanted)).isEqualTo(values);
    }

    @Test
    void reads_what_an_extend_changes() throws Exception {
        PcrValues before = tpm().readPcrs(BOUND);
        extend(7);
        PcrValues after = tpm().readPcrs(BOUND);
        assertThat(after.byIndex().get(7)).isNotEqualTo(before.byIndex().get(7));
        assertThat(after.byIndex().get(14)).isEqualTo(before.byIndex().get(14));
    }

    @Test
    void lists_banks_with_all_pcrs() throws Exception {
        assertThat(tpm().allocatedPcrs()).isNotEmpty().anySatisfy(bank -> {
            assertThat(bank.bank()).isEqualTo(PcrBank.SHA256);
            assertThat(bank.pcrs()).hasSize(24);
        });
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 31, 32, 33, 200})
    void fills_buffers_with_bytes_that_differ(int size) throws Exception {
        try (SecretBuffer one = SecretBuffer.allocate(size);
                SecretBuffer two = SecretBuffer.allocate(size)) {
            tpm().random(one);
            tpm().random(two);
            assertThat(size < 16 || !one.constantTimeEquals(two)).isTrue();
            byte[] tail = new byte[Math.min(size, 16)];
            System.arraycopy(Secrets.bytesOf(one), size - tail.length, tail, 0, tail.length);
            assertThat(tail.length < 16 || !Bytes.copyOf(tail).hex().matches("(00)+"))
                    .isTrue();
        }
    }

    @Test
    void finds_itself_in_order() throws Exception {
        assertThat(tpm().selfTest(true).passed()).isTrue();
        assertThat(tpm().selfTest(false).verdict()).isNotBlank();
    }

    @Test
    void tells_who_made_it() throws Exception {
        assertThat(tpm().properties()).extracting(TpmProperty::name).contains("Manufacturer", "Firmware version");
    }

    @Test
    void leaves_a_snapshot_of_the_last_call() throws Exception {
        assertThat(tpm().allocatedPcrs()).isNotEmpty();
        TpmSnapshot snapshot = tpm().snapshot();
        assertThat(snapshot.health()).isEqualTo(TpmSnapshot.Health.READY);
        assertThat(snapshot.detail()).contains("firmware");
        assertThat(snapshot.software()).isTrue();
    }

    @Test
    void gives_back_what_was_sealed_with_an_authorisation_value() throws Exception {
        for (int zeros = 0; zeros < 3; zeros++) {
            byte[] value = new byte[Tpm.AUTH_BYTES];
            java.util.Arrays.fill(value, 0, value.length - zeros, (byte) 7);
            try (SecretBuffer secret = Secrets.random(60);
                    SecretBuffer auth = Secrets.of(value)) {
                SealedObject sealed = tpm().seal(secret, tpm().readPcrs(BOUND), auth);
                try (SecretBuffer back = tpm().unseal(sealed, auth)) {
                    assertThat(back.constantTimeEquals(secret)).isTrue();
                }
                assertThat(tpm().hasParentOf(sealed)).isTrue();
            }
        }
    }

    @Test
    void counts_wrong_authorisation_values_and_takes_the_right_one_after_one() throws Exception {
        try (SecretBuffer secret = Secrets.random(60);
                SecretBuffer auth = Secrets.random(Tpm.AUTH_BYTES);
                SecretBuffer wrong = Secrets.random(Tpm.AUTH_BYTES)) {
            SealedObject sealed = tpm().seal(secret, tpm().readPcrs(BOUND), auth);
            int before = tpm().triesLeft().orElseThrow();
            assertThatThrownBy(() -> tpm().unseal(sealed, wrong))
                    .isInstanceOfSatisfying(
                            TpmException.WrongAuth.class,
                            e -> assertThat(e.triesLeft()).hasValue(before - 1));
            assertThat(tpm().triesLeft()).hasValue(before - 1);
            tpm().unseal(sealed, auth).close();
        }
    }

    @Test
    void goes_into_lockout_after_too_many_wrong_values_and_still_opens_what_has_none() throws Exception {
        try (SecretBuffer secret = Secrets.random(60);
                SecretBuffer auth = Secrets.random(Tpm.AUTH_BYTES);
                SecretBuffer wrong = Secrets.random(Tpm.AUTH_BYTES)) {
            SealedObject sealed = tpm().seal(secret, tpm().readPcrs(BOUND), auth);
            SealedObject plain = tpm().seal(secret, tpm().readPcrs(BOUND));
            for (int left = tpm().triesLeft().orElseThrow(); left > 0; left--) {
                assertThatThrownBy(() -> tpm().unseal(sealed, wrong)).isInstanceOf(TpmException.WrongAuth.class);
            }
            assertThatThrownBy(() -> tpm().unseal(sealed, auth)).isInstanceOf(TpmException.InLockout.class);
            tpm().unseal(plain).close();
        }
    }

    @Test
    void binds_to_pcrs_also_with_an_authorisation_value() throws Exception {
        try (SecretBuffer secret = Secrets.random(60);
                SecretBuffer auth = Secrets.random(Tpm.AUTH_BYTES)) {
            SealedObject sealed = tpm().seal(secret, tpm().readPcrs(BOUND), auth);
            int before = tpm().triesLeft().orElseThrow();
            extend(7);
            assertThatThrownBy(() -> tpm().unseal(sealed, auth)).isInstanceOf(TpmException.PcrMismatch.class);
            assertThat(tpm().triesLeft()).hasValue(before);
        }
    }

    @Test
    void takes_no_object_for_one_of_the_other_kind() throws Exception {
        try (SecretBuffer secret = Secrets.random(60);
                SecretBuffer auth = Secrets.random(Tpm.AUTH_BYTES)) {
            SealedObject with = tpm().seal(secret, tpm().readPcrs(BOUND), auth);
            SealedObject without = tpm().seal(secret, tpm().readPcrs(BOUND));
            assertThatThrownBy(() -> tpm().unseal(with)).isInstanceOf(TpmException.MalformedObject.class);
            assertThatThrownBy(() -> tpm().unseal(without, auth)).isInstanceOf(TpmException.MalformedObject.class);
        }
    }

    private SealedObject sealed(PcrSelection pcrs) throws Exception {
        try (SecretBuffer secret = Secrets.random(32)) {
            return tpm().seal(secret, tpm().readPcrs(pcrs));
        }
    }
}
