// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.protocol.api;

/** Makes the TPM test itself. */
public final class TpmSelfTest {
    public static final Method<Request, Reply> METHOD = new Method<>("TpmSelfTest", Request.class, Reply.class, false);

    private TpmSelfTest() {}

    /**
     * Parameters.
     *
     * @param full test everything again, not only what was not tested yet
     */
    public record Request(boolean full) implements org.tpmkeyring.protocol.api.Request {
        @Override
        public boolean machineOnly() {
            return true;
        }
    }

    /**
     * Answer.
     *
     * @param passed whether it found itself in order
     * @param resultCode TPM_RC that TPM2_GetTestResult tells
     * @param verdict one sentence
     * @param data manufacturer's test data, hex
     */
    public record Reply(boolean passed, long resultCode, String verdict, String data) {}
}
