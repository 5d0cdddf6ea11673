// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.tpm.esys;

import org.tpmkeyring.protocol.value.Bytes;
import org.tpmkeyring.tpm.SelfTestReport;
import org.tpmkeyring.tpm.TpmException;
import org.tpmkeyring.tpm.esys.WireReader.MalformedException;
import org.tpmkeyring.tpm.esys.binding.Esys;
import org.tpmkeyring.tpm.esys.binding.Mu;

/**
 * The TPM's test of itself and what came of it.
 *
 * <p>Source: TPM 2.0 Library, part 3, 10.2 (TPM2_SelfTest) and 10.4 (TPM2_GetTestResult).
 */
final class SelfTest {
    private static final int RC_FAILURE = 0x101;
    private static final int RC_NEEDS_TEST = 0x153;
    private static final int RC_TESTING = 0x90A;

    private final EsysConnection connection;

    SelfTest(EsysConnection connection) {
        this.connection = connection;
    }

    SelfTestReport run(boolean full) throws TpmException, TpmCodeException {
        int none = Esys.TR_NONE;
        try {
            connection.run("TPM2_SelfTest", ctx -> Esys.Esys_SelfTest(ctx, none, none, none, (byte) (full ? 1 : 0)));
        } catch (TpmCodeException e) {
            if (e.code().value() != RC_FAILURE) {
                throw e;
            }
        }
        return result();
    }

    private SelfTestReport result() throws TpmException, TpmCodeException {
        Out data = new Out(Mu::Tss2_MU_TPM2B_MAX_BUFFER_Marshal);
        int[] result = {0};
        int none = Esys.TR_NONE;
        connection.run(
                "TPM2_GetTestResult", ctx -> Esys.Esys_GetTestResult(ctx, none, none, none, data.pointer(), result));
        Bytes wire = data.take();
        try {
            Bytes manufacturerData = new WireReader(wire).sized();
            ReturnCode code = new ReturnCode(result[0]);
            return new SelfTestReport(code.isSuccess(), code.asLong(), verdict(code), manufacturerData);
        } catch (MalformedException e) {
            throw new TpmException.UnexpectedCode(
                    0, "TPM2_GetTestResult", "the answer is malformed, " + e.getMessage());
        }
    }

    private static String verdict(ReturnCode result) {
        return switch (result.value()) {
            case 0 -> "all tests passed";
            case RC_NEEDS_TEST -> "some functions have not been tested yet";
            case RC_TESTING -> "the tests are still running";
            case RC_FAILURE ->
                "the TPM failed a test and is in failure mode, it will answer nothing else until a reset";
            default -> "a test failed with code " + result.hex();
        };
    }
}
