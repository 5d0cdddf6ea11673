// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.client;

import java.util.Map;
import java.util.Optional;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.KeyringException;
import org.tpmkeyring.protocol.wire.MalformedMessageException;

/** Makes a {@link KeyringException} of an error that arrived. */
final class Refusals {
    private Refusals() {}

    static KeyringException of(String wireName, Map<String, Object> parameters) {
        Optional<ErrorKind> kind = ErrorKind.byWireName(wireName);
        if (kind.isEmpty()) {
            return foreign(wireName, parameters);
        }
        KeyringException.Builder refusal = KeyringException.of(kind.get());
        parameters.forEach((field, value) -> refusal.with(field, value));
        return refusal.build();
    }

    /** Errors of {@code org.varlink.service}, and of a daemon newer than we are. */
    private static KeyringException foreign(String wireName, Map<String, Object> parameters) {
        Object detail = parameters.isEmpty() ? "" : " " + parameters;
        return KeyringException.of(ErrorKind.BAD_MESSAGE)
                .with("reason", "keyringd answers " + wireName + detail + "; is it another version?")
                .with("hint", "tpm-keyring status")
                .build();
    }

    static KeyringException notUnderstood(MalformedMessageException cause) {
        String where = cause.parameter().isEmpty() ? "" : "'" + cause.parameter() + "': ";
        return KeyringException.of(ErrorKind.BAD_MESSAGE)
                .with("reason", "in the answer of keyringd, " + where + cause.getMessage())
                .with("hint", "tpm-keyring status")
                .causedBy(cause)
                .build();
    }
}
