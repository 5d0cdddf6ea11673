// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.protocol.wire;

/** What arrived is not a message of this interface; the text says why, without quoting the message. */
public final class MalformedMessageException extends Exception {
    private static final long serialVersionUID = 1L;

    /** Name of the offending parameter, empty when the message as a whole is at fault. */
    private final String parameter;

    public MalformedMessageException(String parameter, String reason) {
        super(reason);
        this.parameter = parameter;
    }

    public String parameter() {
        return parameter;
    }
}
