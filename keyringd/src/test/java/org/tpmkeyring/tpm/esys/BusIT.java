// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.tpm.esys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.tpmkeyring.protocol.value.Bytes;
import org.tpmkeyring.protocol.value.PcrSelection;
import org.tpmkeyring.secret.SecretBuffer;
import org.tpmkeyring.testing.Secrets;
import org.tpmkeyring.testing.Swtpm;
import org.tpmkeyring.testing.TpmRelay;
import org.tpmkeyring.tpm.SealedObject;
import org.tpmkeyring.tpm.TpmException;

/** What somebody sees and can do who sits on the bus between the machine and its TPM. */
class BusIT {
    private static final int START_AUTH_SESSION = 0x176;
    private static final int POLICY_PCR = 0x17F;
    private static final int LOAD = 0x157;
    private static final int UNSEAL = 0x15E;
    private static final int FLUSH_CONTEXT = 0x165;
    private static final int GET_RANDOM = 0x17B;
    /** Four equal bytes in a row by chance: once in 2^32 places. */
    private static final int RUN_BYTES = 4;

    private static final PcrSelection BOUND = PcrSelection.parse("0+2+7");

    private Swtpm swtpm;
    private TpmRelay relay;
    private EsysTpm tpm;

    @BeforeEach
    void start() throws IOException {
        swtpm = Swtpm.measured();
        relay = TpmRelay.before(swtpm);
        tpm = new EsysTpm(relay.tcti());
    }

    @AfterEach
    void stop() throws IOException {
        tpm.close();
        relay.close();
        swtpm.close();
    }

    @Test
    void an_unseal_is_five_commands_from_the_first_on() throws Exception {
        try (SecretBuffer secret = Secrets.random(32)) {
            SealedObject sealed = tpm.seal(secret, tpm.readPcrs(BOUND));
            try (EsysTpm other = new EsysTpm(relay.tcti())) {
                for (int i = 0; i < 3; i++) {
                    relay.forget();
                    other.unseal(sealed).close();
                    assertThat(commands()).containsExactly(START_AUTH_SESSION, POLICY_PCR, LOAD, UNSEAL, FLUSH_CONTEXT);
                }
            }
        }
    }

    @Test
    void no_secret_is_heard() throws Exception {
        try (SecretBuffer secret = Secrets.random(32);
                SecretBuffer random = SecretBuffer.allocate(64)) {
            SealedObject sealed = tpm.seal(secret, tpm.readPcrs(BOUND));
            tpm.unseal(sealed).close();
            tpm.random(random);
            assertThat(relay.traffic()).isNotEmpty();
            assertThat(relay.carried(Secrets.bytesOf(secret), RUN_BYTES)).isFalse();
            assertThat(relay.carried(Secrets.bytesOf(random), RUN_BYTES)).isFalse();
        }
    }

    @Test
    void the_ear_hears_what_is_not_encrypted() throws Exception {
        byte[] policy = tpm.readPcrs(BOUND).byIndex().get(7).toArray();
        assertThat(relay.carried(policy, RUN_BYTES)).isTrue();
    }

    @Test
    void random_bytes_that_were_changed_are_refused() throws Exception {
        relay.changeResponses(exchange -> flipped(GET_RANDOM, exchange));
        try (SecretBuffer random = SecretBuffer.allocate(32)) {
            assertThatThrownBy(() -> tpm.random(random)).isInstanceOf(TpmException.UnexpectedCode.class);
        }
    }

    @Test
    void a_secret_that_was_changed_is_refused() throws Exception {
        try (SecretBuffer secret = Secrets.random(32)) {
            SealedObject sealed = tpm.seal(secret, tpm.readPcrs(BOUND));
            relay.changeResponses(exchange -> flipped(UNSEAL, exchange));
            assertThatThrownBy(() -> tpm.unseal(sealed)).isInstanceOf(TpmException.ForeignObject.class);
            relay.changeResponses(TpmRelay.Exchange::response);
            tpm.unseal(sealed).close();
        }
    }

    /** The first parameter of a response of one command, with one bit the other way round. */
    private static Bytes flipped(int commandCode, TpmRelay.Exchange exchange) {
        byte[] response = exchange.response().toArray();
        if (exchange.commandCode() == commandCode && response.length > 20) {
            response[20] ^= 1;
        }
        return Bytes.copyOf(response);
    }

    private List<Integer> commands() {
        return relay.exchanges().stream().map(TpmRelay.Exchange::commandCode).toList();
    }
}
