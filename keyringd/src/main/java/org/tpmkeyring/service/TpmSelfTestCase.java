// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.service;

import org.tpmkeyring.protocol.api.TpmSelfTest;
import org.tpmkeyring.tpm.SelfTestReport;
import org.tpmkeyring.tpm.Tpm;
import org.tpmkeyring.tpm.TpmException;

/** Makes the TPM test itself. A TPM that finds itself faulty is an answer, no error. */
final class TpmSelfTestCase implements Handler<TpmSelfTest.Request, TpmSelfTest.Reply> {
    private final Tpm tpm;

    TpmSelfTestCase(Tpm tpm) {
        this.tpm = tpm;
    }

    @Override
    public TpmSelfTest.Reply handle(Call<TpmSelfTest.Request> call) {
        try {
            SelfTestReport report = tpm.selfTest(call.request().full());
            return new TpmSelfTest.Reply(
                    report.passed(),
                    report.resultCode(),
                    report.verdict(),
                    report.data().hex());
        } catch (TpmException e) {
            throw TpmRefusals.refusal(e);
        }
    }
}
