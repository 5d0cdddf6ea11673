// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.tpm.esys;

import org.tpmkeyring.tpm.esys.binding.Rc;

/** A call that did not succeed, on its way to where it is decided what to do about it. */
final class TpmCodeException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient ReturnCode code;
    private final String command;

    TpmCodeException(ReturnCode code, String command) {
        super(command + ": " + Rc.Tss2_RC_Decode(code.value()));
        this.code = code;
        this.command = command;
    }

    ReturnCode code() {
        return code;
    }

    /** Such as {@code TPM2_Load}. */
    String command() {
        return command;
    }

    Reaction reaction() {
        return code.reaction();
    }

    /** What the library says of it. */
    String meaning() {
        return Rc.Tss2_RC_Decode(code.value());
    }
}
