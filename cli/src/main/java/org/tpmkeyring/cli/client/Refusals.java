// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.client;

import java.util.Map;
import java.util.Optional;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.KeyringException;
import org.tpmkeyring.protocol.wire.MalformedMessageException;

/** Makes a {@link KeyringException} of an error that arrived. */
final class Refusals {
    /** Fields that travel for clients which have no table of their own. */
    private static final String HINT = "hint";

    private static final String MESSAGE = "message";

    private Refusals() {}

    static KeyringException of(String wireName, Map<String, Object> parameters) {
        Optional<ErrorKind> kind = ErrorKind.byWireName(wireName);
        if (kind.isEmpty()) {
            return foreign(wireName, parameters);
        }
        KeyringException.Builder fields = KeyringException.of(kind.get());
        parameters.forEach((field, value) -> {
            if (!HINT.equals(field) && !MESSAGE.equals(field) && !"".equals(value)) {
                fields.with(field, value);
            }
        });
        return withHint(fields.build(), parameters.get(HINT));
    }

    /**
     * The daemon sends the hint it made of the table, for clients without one. Kept only where it is another
     * than the table's, since we know fields that the daemon does not, such as the command that was typed.
     */
    private static KeyringException withHint(KeyringException refusal, Object hint) {
        boolean own = hint instanceof String text && !text.isEmpty() && !text.equals(refusal.hint());
        return own ? refusal.with(HINT, hint) : refusal;
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
