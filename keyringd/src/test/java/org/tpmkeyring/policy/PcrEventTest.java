// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.policy;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.tpmkeyring.protocol.value.Bytes;
import org.tpmkeyring.protocol.value.PcrBank;

final class PcrEventTest {
    private static final PcrEvent EVENT = new PcrEvent("tpm-keyring: the door is closed");

    /** {@code printf %s 'tpm-keyring: the door is closed' | sha256sum}, and again over 32 zero bytes and that. */
    @Test
    void isWhatASha256sumMakesOfIt() {
        assertThat(EVENT.digest(PcrBank.SHA256).hex())
                .isEqualTo("2f8874c493ec08f40a1ddb98705fd210c409cc858504e98870dd25eba964187d");
        assertThat(EVENT.extended(PcrBank.SHA256, Bytes.copyOf(new byte[32])))
                .map(Bytes::hex)
                .contains("e3e878b92f66157f64e44883a4875a02cce51155595514d757e2e1f8a3aa5ba8");
    }

    @ParameterizedTest
    @EnumSource(PcrBank.class)
    void hasADigestForEveryBank(PcrBank bank) {
        assertThat(EVENT.digest(bank).length()).isEqualTo(bank.digestBytes());
        assertThat(EVENT.extended(bank, EVENT.digest(bank)).isPresent()).isEqualTo(bank != PcrBank.SM3_256);
    }
}
