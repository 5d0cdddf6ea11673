// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.tpmkeyring.protocol.value.PcrSelection;

class PcrMeaningTest {
    @Test
    void every_pcr_has_one() {
        Set<String> names = new HashSet<>();
        for (int pcr = 0; pcr <= PcrSelection.MAX_PCR; pcr++) {
            PcrMeaning meaning = PcrMeaning.entry(pcr);
            assertThat(meaning.pcr()).isEqualTo(pcr);
            assertThat(PcrMeaning.of(pcr)).isEqualTo(meaning.measures());
            assertThat(meaning.measures()).isNotBlank().doesNotEndWith(".");
            assertThat(meaning.name().isEmpty() || names.add(meaning.name()))
                    .as(meaning.name())
                    .isTrue();
        }
        assertThatThrownBy(() -> PcrMeaning.of(24)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void only_16_and_23_can_be_reset_by_programs() {
        for (int pcr = 0; pcr <= PcrSelection.MAX_PCR; pcr++) {
            assertThat(PcrMeaning.entry(pcr).resettable()).as("PCR %d", pcr).isEqualTo(pcr == 16 || pcr == 23);
        }
    }

    @Test
    void is_found_by_the_name_that_systemd_uses() {
        assertThat(PcrMeaning.byName("secure-boot-policy"))
                .hasValueSatisfying(m -> assertThat(m.pcr()).isEqualTo(7));
        assertThat(PcrMeaning.byName("shim-policy"))
                .hasValueSatisfying(m -> assertThat(m.pcr()).isEqualTo(14));
        assertThat(PcrMeaning.byName("")).isEmpty();
        assertThat(PcrMeaning.byName("Secure-Boot-Policy")).isEmpty();
    }
}
