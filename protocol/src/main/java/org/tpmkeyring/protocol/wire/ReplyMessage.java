// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.protocol.wire;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A reply as it travels.
 *
 * @param error fully qualified error name, empty for success
 * @param parameters JSON tree of the reply record, or of the error's fields
 * @param continues whether another message follows
 */
public record ReplyMessage(Optional<String> error, Map<String, Object> parameters, boolean continues) {
    public static ReplyMessage success(Map<String, Object> parameters) {
        return new ReplyMessage(Optional.empty(), parameters, false);
    }

    public static ReplyMessage failure(String error, Map<String, Object> parameters) {
        return new ReplyMessage(Optional.of(error), parameters, false);
    }

    /** A step of a secret dialogue: the server goes on leading. */
    public static ReplyMessage step(Map<String, Object> parameters) {
        return new ReplyMessage(Optional.empty(), parameters, true);
    }

    /** The JSON text, without the ending NUL. */
    public byte[] toJson() {
        Map<String, Object> tree = new LinkedHashMap<>();
        error.ifPresent(name -> tree.put("error", name));
        tree.put("parameters", parameters);
        if (continues) {
            tree.put("continues", true);
        }
        return Json.write(tree);
    }

    /**
     * @param json one message without its NUL
     * @throws MalformedMessageException when it is no reply
     */
    public static ReplyMessage parse(byte[] json) throws MalformedMessageException {
        Map<String, Object> tree = Json.parse(json);
        Object error = tree.remove("error");
        if (error != null && !(error instanceof String)) {
            throw new MalformedMessageException("error", "it is not a name");
        }
        Map<String, Object> parameters = Members.object(tree, "parameters");
        boolean continues = Members.flag(tree, "continues");
        Members.refuseRest(tree);
        return new ReplyMessage(Optional.ofNullable((String) error), parameters, continues);
    }
}
