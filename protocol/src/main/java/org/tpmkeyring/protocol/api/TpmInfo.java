// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.protocol.api;

import java.util.List;

/** Tells what the TPM is. */
public final class TpmInfo {
    public static final Method<Request, Reply> METHOD = new Method<>("TpmInfo", Request.class, Reply.class, false);

    private TpmInfo() {}

    /**
     * Parameters.
     *
     */
    public record Request() implements org.tpmkeyring.protocol.api.Request {
        @Override
        public boolean machineOnly() {
            return true;
        }

        @Override
        public boolean repeatable() {
            return true;
        }
    }

    /**
     * Answer.
     *
     * @param device TCTI string
     * @param softwareTpm whether it is a simulation
     * @param properties what it says of itself, in an order made for reading
     */
    public record Reply(String device, boolean softwareTpm, List<Property> properties) {}
}
