// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.tpm.esys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.tpmkeyring.protocol.value.PcrSelection;
import org.tpmkeyring.secret.SecretBuffer;
import org.tpmkeyring.testing.MemoryScan;
import org.tpmkeyring.testing.Swtpm;
import org.tpmkeyring.tpm.SealedObject;
import org.tpmkeyring.tpm.TpmException;

/** Secrets that went through tpm2-tss are in their own page and nowhere else in this process. */
class NoCopiesIT {
    private static final PcrSelection BOUND = PcrSelection.parse("7");

    private Swtpm swtpm;
    private EsysTpm tpm;

    @BeforeEach
    void start() throws IOException {
        swtpm = Swtpm.measured();
        tpm = new EsysTpm(swtpm.tcti());
    }

    @AfterEach
    void stop() throws IOException {
        tpm.close();
        swtpm.close();
    }

    @Test
    void of_random_bytes() throws Exception {
        try (SecretBuffer random = SecretBuffer.allocate(32)) {
            tpm.random(random);
            assertThat(MemoryScan.copiesOf(random)).hasSize(1);
        }
    }

    @Test
    void of_what_was_sealed() throws Exception {
        try (SecretBuffer secret = SecretBuffer.allocate(32)) {
            tpm.random(secret);
            SealedObject sealed = tpm.seal(secret, tpm.readPcrs(BOUND));
            assertThat(sealed.values().selection()).isEqualTo(BOUND);
            assertThat(MemoryScan.copiesOf(secret)).hasSize(1);
        }
    }

    @Test
    void of_what_was_unsealed() throws Exception {
        SealedObject sealed;
        try (SecretBuffer secret = SecretBuffer.allocate(32)) {
            tpm.random(secret);
            sealed = tpm.seal(secret, tpm.readPcrs(BOUND));
        }
        try (SecretBuffer back = tpm.unseal(sealed)) {
            assertThat(MemoryScan.copiesOf(back)).hasSize(1);
        }
    }

    @Test
    void of_an_authorisation_value_right_or_wrong() throws Exception {
        try (SecretBuffer secret = SecretBuffer.allocate(60);
                SecretBuffer auth = SecretBuffer.allocate(32);
                SecretBuffer wrong = SecretBuffer.allocate(32)) {
            tpm.random(secret);
            tpm.random(auth);
            tpm.random(wrong);
            SealedObject sealed = tpm.seal(secret, tpm.readPcrs(BOUND), auth);
            assertThat(MemoryScan.copiesOf(auth)).hasSize(1);
            tpm.unseal(sealed, auth).close();
            assertThat(MemoryScan.copiesOf(auth)).hasSize(1);
            assertThatThrownBy(() -> tpm.unseal(sealed, wrong)).isInstanceOf(TpmException.WrongAuth.class);
            assertThat(MemoryScan.copiesOf(wrong)).hasSize(1);
        }
    }

    @Test
    void and_a_copy_would_be_found() throws Exception {
        try (SecretBuffer secret = SecretBuffer.allocate(32)) {
            tpm.random(secret);
            try (SecretBuffer copy = secret.copyOfRange(0, 32)) {
                assertThat(MemoryScan.copiesOf(copy)).hasSize(2);
            }
        }
    }
}
