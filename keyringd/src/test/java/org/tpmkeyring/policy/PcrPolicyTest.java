// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.tpmkeyring.protocol.value.Bytes;
import org.tpmkeyring.protocol.value.PcrBank;
import org.tpmkeyring.protocol.value.PcrSelection;
import org.tpmkeyring.tpm.PcrValues;

/** The digests were made by {@code tpm2_createpolicy --policy-pcr} of tpm2-tools 5.4 on a software TPM. */
class PcrPolicyTest {
    @Test
    void one_pcr_of_sha256() {
        assertThat(PcrPolicy.policyDigest(values(PcrBank.SHA256, "00", 7)).hex())
                .isEqualTo("8b5682d81b29435d08d79278150611dc7e5923b2fefcce684a09577b40130a8b");
    }

    @Test
    void several_pcrs_of_sha1_in_all_octets_of_the_selection() {
        assertThat(PcrPolicy.policyDigest(values(PcrBank.SHA1, "00", 0, 1, 23)).hex())
                .isEqualTo("950fd2fdad1e79a20852bec4e13c2962673c6ebdd4fd26f6ab685abbe67287d4");
    }

    @Test
    void a_pcr_of_a_dynamic_launch() {
        assertThat(PcrPolicy.policyDigest(values(PcrBank.SHA256, "ff", 17)).hex())
                .isEqualTo("323663caef8490541c650dd9e89555df422cb4202c0570f36a1ace9c374aede5");
    }

    @Test
    void pcrs_of_sha384_of_which_one_was_extended() {
        SortedMap<Integer, Bytes> byIndex = new TreeMap<>();
        byIndex.put(14, Bytes.ofHex("00".repeat(48)));
        byIndex.put(
                7,
                Bytes.ofHex("a4edf65737b90f219f86ef03fd4905d6fb899026bf4211d26b0b96f950fc83cd"
                        + "f54d55fc78b9f3bb2aa1fe1e29aeb104"));
        assertThat(PcrPolicy.policyDigest(new PcrValues(PcrBank.SHA384, byIndex))
                        .hex())
                .isEqualTo("18d2014ea4c2e4449ebebec3ac5b2165ed5b80a87e7f116ea968c6fbd7b61c4a");
    }

    @Test
    void the_selection_is_wire_bytes() {
        assertThat(PcrPolicy.selection(PcrSelection.parse("0+9+23:sha384")).hex())
                .isEqualTo("00000001" + "000c" + "03" + "010280");
    }

    private static PcrValues values(PcrBank bank, String octet, int... pcrs) {
        SortedMap<Integer, Bytes> byIndex = new TreeMap<>();
        for (int pcr : pcrs) {
            byIndex.put(pcr, Bytes.ofHex(octet.repeat(bank.digestBytes())));
        }
        return new PcrValues(bank, byIndex);
    }
}
