// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.protocol.api;

import java.util.List;

/** What the daemon finds when it checks itself, its TPM, its files and the kernel. */
public final class Diagnose {
    public static final Method<Request, Reply> METHOD = new Method<>("Diagnose", Request.class, Reply.class, false);

    private Diagnose() {}

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
     * @param checks findings, worst ones included, in a fixed order
     */
    public record Reply(List<Check> checks) {}
}
