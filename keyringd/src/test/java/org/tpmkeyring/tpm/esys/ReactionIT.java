// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.tpm.esys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tpmkeyring.protocol.value.Bytes;
import org.tpmkeyring.protocol.value.PcrSelection;
import org.tpmkeyring.secret.SecretBuffer;
import org.tpmkeyring.testing.Secrets;
import org.tpmkeyring.testing.Swtpm;
import org.tpmkeyring.testing.TpmRelay;
import org.tpmkeyring.tpm.SealedObject;
import org.tpmkeyring.tpm.TpmException;

/** Answers that a software TPM does not give by itself, put into its mouth on the bus. */
class ReactionIT {
    private static final int GET_CAPABILITY = 0x17A;
    private static final int START_AUTH_SESSION = 0x176;
    private static final int POLICY_PCR = 0x17F;
    private static final PcrSelection BOUND = PcrSelection.parse("7");

    private final AtomicInteger told = new AtomicInteger();
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

    /** The next answers to a command are a response code and nothing else. */
    private void answer(int commandCode, int responseCode, int times) {
        told.set(0);
        Bytes refusal = new WireWriter().u16(0x8001).u32(10).u32(responseCode).bytes();
        relay.changeResponses(exchange -> {
            boolean refuse = exchange.commandCode() == commandCode && told.get() < times;
            if (refuse) {
                told.incrementAndGet();
            }
            return refuse ? refusal : exchange.response();
        });
    }

    private SealedObject sealed() throws TpmException {
        try (SecretBuffer secret = Secrets.random(32)) {
            return tpm.seal(secret, tpm.readPcrs(BOUND));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0x922, 0x908, 0x90A})
    void a_busy_tpm_is_asked_again_longer_than_the_library_does(int busy) throws Exception {
        answer(GET_CAPABILITY, busy, 12);
        assertThat(tpm.allocatedPcrs()).isNotEmpty();
        assertThat(told).hasValue(12);
    }

    @ParameterizedTest
    @ValueSource(ints = {0x901, 0x910, 0x918, 0x100})
    void what_may_pass_is_tried_once_more(int code) throws Exception {
        assertThat(tpm.allocatedPcrs()).isNotEmpty();
        answer(GET_CAPABILITY, code, 1);
        assertThat(tpm.allocatedPcrs()).isNotEmpty();
        assertThat(told).hasValue(1);
    }

    @Test
    void what_does_not_pass_is_told() throws Exception {
        assertThat(tpm.allocatedPcrs()).isNotEmpty();
        answer(GET_CAPABILITY, 0x910, Integer.MAX_VALUE);
        assertThatThrownBy(tpm::allocatedPcrs).isInstanceOfSatisfying(TpmException.UnexpectedCode.class, e -> {
            assertThat(e.code()).isEqualTo(0x910);
            assertThat(e.command()).isEqualTo("TPM2_GetCapability");
            assertThat(e).hasMessageContaining("handle");
        });
        assertThat(told).hasValue(2);
    }

    @Test
    void pcrs_that_never_rest_end_an_unseal_after_30_more_tries() throws Exception {
        SealedObject sealed = sealed();
        answer(POLICY_PCR, 0x128, Integer.MAX_VALUE);
        assertThatThrownBy(() -> tpm.unseal(sealed))
                .isInstanceOfSatisfying(
                        TpmException.UnexpectedCode.class,
                        e -> assertThat(e.code()).isEqualTo(0x128));
        assertThat(told).hasValue(31);
        assertThat(swtpm.tool("tpm2_getcap", "handles-loaded-session")).isBlank();
    }

    @Test
    void a_tpm_without_aes_cfb_is_told_in_words() throws Exception {
        SealedObject sealed = sealed();
        answer(START_AUTH_SESSION, 0x3D6, 1);
        assertThatThrownBy(() -> tpm.unseal(sealed))
                .isInstanceOf(TpmException.NotSupported.class)
                .hasMessageContaining("AES-128 in CFB mode");
    }

    @Test
    void a_malformed_response_is_told_and_the_next_call_works() throws Exception {
        relay.changeResponses(exchange -> exchange.commandCode() == GET_CAPABILITY
                ? Bytes.ofHex("8001" + "00000013" + "00000000" + "00" + "00000005" + "ffffffff")
                : exchange.response());
        assertThatThrownBy(tpm::allocatedPcrs).isInstanceOf(TpmException.class);
        relay.changeResponses(TpmRelay.Exchange::response);
        assertThat(tpm.allocatedPcrs()).isNotEmpty();
    }
}
