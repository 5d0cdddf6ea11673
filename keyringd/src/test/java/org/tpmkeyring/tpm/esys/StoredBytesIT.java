// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.tpm.esys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.tpmkeyring.policy.PcrPolicy;
import org.tpmkeyring.protocol.value.Bytes;
import org.tpmkeyring.protocol.value.PcrSelection;
import org.tpmkeyring.secret.SecretBuffer;
import org.tpmkeyring.testing.Secrets;
import org.tpmkeyring.testing.Swtpm;
import org.tpmkeyring.testing.TpmRelay;
import org.tpmkeyring.tpm.SealedObject;
import org.tpmkeyring.tpm.TpmException;

/** Stored objects that are not what the adapter made are refused before the TPM hears of them. */
class StoredBytesIT {
    private static final PcrSelection BOUND = PcrSelection.parse("7");
    private static final int ATTRIBUTES_OFFSET = 2 + 2 + 2;

    private Swtpm swtpm;
    private TpmRelay relay;
    private EsysTpm tpm;
    private SealedObject good;

    @BeforeEach
    void start() throws Exception {
        swtpm = Swtpm.measured();
        relay = TpmRelay.before(swtpm);
        tpm = new EsysTpm(relay.tcti());
        try (SecretBuffer secret = Secrets.random(32)) {
            good = tpm.seal(secret, tpm.readPcrs(BOUND));
        }
        relay.forget();
    }

    @AfterEach
    void stop() throws IOException {
        tpm.close();
        relay.close();
        swtpm.close();
    }

    private void refused(SealedObject object, String why) {
        assertThatThrownBy(() -> tpm.unseal(object))
                .isInstanceOf(TpmException.MalformedObject.class)
                .hasMessageContaining(why);
        assertThat(relay.exchanges()).isEmpty();
    }

    private SealedObject withPublic(Bytes publicArea) {
        return new SealedObject(publicArea, good.privateArea(), good.parent(), good.values());
    }

    private SealedObject withPrivate(Bytes privateArea) {
        return new SealedObject(good.publicArea(), privateArea, good.parent(), good.values());
    }

    private SealedObject withParent(Bytes parent) {
        return new SealedObject(good.publicArea(), good.privateArea(), parent, good.values());
    }

    @Test
    void each_other_attribute() {
        for (int bit = 0; bit < 32; bit++) {
            byte[] area = good.publicArea().toArray();
            area[ATTRIBUTES_OFFSET + 3 - bit / 8] ^= (byte) (1 << bit % 8);
            refused(withPublic(Bytes.copyOf(area)), "attributes");
        }
    }

    @Test
    void another_type_hash_scheme_or_policy() {
        byte[] type = good.publicArea().toArray();
        type[3] = 0x23;
        refused(withPublic(Bytes.copyOf(type)), "not a sealed data object");
        byte[] hash = good.publicArea().toArray();
        hash[5] = 0x0C;
        refused(withPublic(Bytes.copyOf(hash)), "SHA-256");
        byte[] scheme = good.publicArea().toArray();
        scheme[ATTRIBUTES_OFFSET + 4 + 2 + 32 + 1] = 0x05;
        refused(withPublic(Bytes.copyOf(scheme)), "not a sealed data object");
        Bytes other = Templates.sealedObject(Bytes.ofHex("11".repeat(PcrPolicy.DIGEST_BYTES)));
        refused(withPublic(other), "policy");
    }

    @Test
    void every_shortened_public_and_private_area() {
        for (int length = 0; length < good.publicArea().length(); length++) {
            Bytes part = Bytes.copyOf(Arrays.copyOf(good.publicArea().toArray(), length));
            refused(withPublic(part), "");
        }
        for (int length = 0; length < good.privateArea().length(); length++) {
            Bytes part = Bytes.copyOf(Arrays.copyOf(good.privateArea().toArray(), length));
            refused(withPrivate(part), "");
        }
    }

    @Test
    void lengthened_and_huge_ones() {
        Bytes longer = Bytes.copyOf(
                Arrays.copyOf(good.privateArea().toArray(), good.privateArea().length() + 1));
        refused(withPrivate(longer), "");
        byte[] huge = new byte[60_000];
        huge[0] = (byte) 0xEA;
        huge[1] = 0x5E;
        refused(withPrivate(Bytes.copyOf(huge)), "");
        refused(withPublic(Bytes.copyOf(huge)), "");
        refused(withParent(Bytes.copyOf(huge)), "");
    }

    @Test
    void a_parent_that_is_none() {
        refused(withParent(Bytes.copyOf(new byte[0])), "");
        refused(withParent(Bytes.ofHex("81000001")), "");
        byte[] elsewhere = good.parent().toArray();
        elsewhere[0] = 0x40;
        refused(withParent(Bytes.copyOf(elsewhere)), "persistent");
    }

    @Test
    void a_parent_key_of_an_interposer() throws Exception {
        byte[] parent = good.parent().toArray();
        parent[parent.length - 1] ^= 1;
        refused(withParent(Bytes.copyOf(parent)), "name of its parent");
    }

    @Test
    void bytes_that_only_the_tpm_can_judge() {
        byte[] area = good.publicArea().toArray();
        area[area.length - 1] ^= 1;
        assertThatThrownBy(() -> tpm.unseal(withPublic(Bytes.copyOf(area))))
                .isInstanceOf(TpmException.ForeignObject.class);
        Bytes empty = Bytes.ofHex("0000");
        assertThatThrownBy(() -> tpm.unseal(withPrivate(empty))).isInstanceOf(TpmException.MalformedObject.class);
    }
}
