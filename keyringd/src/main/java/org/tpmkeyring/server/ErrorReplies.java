// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.server;

import java.util.LinkedHashMap;
import java.util.Map;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.InterfaceDefinition;
import org.tpmkeyring.protocol.KeyringException;
import org.tpmkeyring.protocol.wire.MalformedMessageException;
import org.tpmkeyring.protocol.wire.ReplyMessage;

/** The one place where a refusal becomes a reply. */
final class ErrorReplies {
    private ErrorReplies() {}

    /** Sentence, hint, and those fields that the interface definition has for this error. */
    static ReplyMessage of(KeyringException refusal) {
        Map<String, Object> parameters = new LinkedHashMap<>();
        parameters.put("message", refusal.sentence());
        parameters.put("hint", refusal.hint());
        for (String field : refusal.kind().fields()) {
            if (refusal.fields().containsKey(field)) {
                parameters.put(field, refusal.fields().get(field));
            }
        }
        return ReplyMessage.failure(refusal.kind().wireName(), parameters);
    }

    /** What arrived was no message. */
    static KeyringException badMessage(MalformedMessageException malformed) {
        String where = malformed.parameter().isEmpty() ? "" : "member '" + malformed.parameter() + "': ";
        return KeyringException.of(ErrorKind.BAD_MESSAGE)
                .with("reason", where + malformed.getMessage())
                .causedBy(malformed)
                .build();
    }

    /**
     * A bug or a broken machine. The client learns an id that is in the log too, and nothing else.
     *
     * @param id of the log entry that has the stack trace
     */
    static KeyringException unexpected(String id, Throwable failure) {
        return KeyringException.of(ErrorKind.UNEXPECTED)
                .with("detail", "the log of keyringd has it under the id " + id)
                .causedBy(failure)
                .build();
    }

    /** The error of {@code org.varlink.service} for a parameter that is missing, unknown or ill-typed. */
    static ReplyMessage invalidParameter(String parameter) {
        return service("InvalidParameter", "parameter", parameter);
    }

    /** One of the errors of {@code org.varlink.service}, each of which has one field. */
    static ReplyMessage service(String error, String field, String value) {
        return ReplyMessage.failure(InterfaceDefinition.SERVICE + "." + error, Map.of(field, value));
    }
}
