// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.tpm.esys;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReturnCodeTest {
    @ParameterizedTest(name = "{0} asks for {1} ({2})")
    @CsvSource({
        "0x000, NONE, success",
        "0x922, RESEND, RETRY",
        "0x908, RESEND, YIELDED",
        "0x90A, RESEND, TESTING",
        "0x128, NEW_SESSION, PCR_CHANGED",
        "0x99D, POLICY_FAILED, POLICY_FAIL of session 1",
        "0xA9D, POLICY_FAILED, POLICY_FAIL of session 2",
        "0x1DF, NOT_OURS, INTEGRITY of parameter 1",
        "0x2DF, NOT_OURS, INTEGRITY of parameter 2",
        "0x18B, HANDLE_MISSING, HANDLE of handle 1",
        "0x28B, HANDLE_MISSING, HANDLE of handle 2",
        "0x98B, STALE_HANDLE, HANDLE of session 1",
        "0x1CB, STALE_HANDLE, HANDLE of parameter 1",
        "0x910, STALE_HANDLE, REFERENCE_H0",
        "0x916, STALE_HANDLE, REFERENCE_H6",
        "0x918, STALE_HANDLE, REFERENCE_S0",
        "0x91E, STALE_HANDLE, REFERENCE_S6",
        "0x100, START_UP, INITIALIZE",
        "0x901, CONTEXT_GAP, CONTEXT_GAP",
        "0x902, WAIT_FOR_ROOM, OBJECT_MEMORY",
        "0x903, WAIT_FOR_ROOM, SESSION_MEMORY",
        "0x904, WAIT_FOR_ROOM, MEMORY",
        "0x905, WAIT_FOR_ROOM, SESSION_HANDLES",
        "0x906, WAIT_FOR_ROOM, OBJECT_HANDLES",
        "0x921, IN_LOCKOUT, LOCKOUT",
        "0x98E, WRONG_AUTH, AUTH_FAIL of session 1",
        "0x9A2, WRONG_AUTH, BAD_AUTH of session 1",
        "0x101, UNEXPECTED, FAILURE",
        "0x12F, UNEXPECTED, AUTH_UNAVAILABLE",
        "0x143, UNEXPECTED, COMMAND_CODE",
        "0x1C4, UNEXPECTED, VALUE of parameter 1",
        "0x1D5, UNEXPECTED, SIZE of parameter 1",
        "0x90F, UNEXPECTED, unused warning",
        "0x91F, UNEXPECTED, unused warning",
        "0x920, UNEXPECTED, NV_RATE",
        "0x7001B, FORGED_RESPONSE, ESYS: response HMAC did not verify",
        "0x70007, RECONNECT, ESYS: context unusable after an error",
        "0x70018, UNEXPECTED, ESYS: bad handle",
        "0x9000B, UNEXPECTED, MU: bad value",
        "0xA000A, RECONNECT, TCTI: IO error",
        "0xA0008, RECONNECT, TCTI: no connection",
        "0xB0128, NEW_SESSION, PCR_CHANGED through a resource manager",
        "0xC099D, POLICY_FAILED, POLICY_FAIL through a resource manager",
        "0xB0001, UNEXPECTED, resource manager: general failure",
    })
    void the_decision_table(String code, Reaction reaction, String meaning) {
        assertThat(new ReturnCode(Integer.decode(code)).reaction()).as(meaning).isEqualTo(reaction);
    }

    @Test
    void is_unsigned() {
        assertThat(new ReturnCode(0x8000_0001).asLong()).isEqualTo(0x8000_0001L);
        assertThat(new ReturnCode(0x99D).hex()).isEqualTo("0x99d");
    }

    @Test
    void knows_what_is_blamed() {
        assertThat(new ReturnCode(0x1D5).blamesParameter()).isTrue();
        assertThat(new ReturnCode(0x18B).blamesParameter()).isFalse();
        assertThat(new ReturnCode(0x99D).blamesParameter()).isFalse();
        assertThat(new ReturnCode(0x143).blamesParameter()).isFalse();
        assertThat(new ReturnCode(0x143).formatOneError()).isEqualTo(-1);
    }
}
