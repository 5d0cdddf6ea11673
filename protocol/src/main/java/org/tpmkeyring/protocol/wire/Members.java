// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.protocol.wire;

import java.util.LinkedHashMap;
import java.util.Map;

/** Takes the members of a message's envelope out of its tree. */
final class Members {
    private Members() {}

    static Map<String, Object> object(Map<String, Object> tree, String name) throws MalformedMessageException {
        Object value = tree.remove(name);
        if (value == null) {
            return Map.of();
        }
        if (!(value instanceof Map<?, ?> members)) {
            throw new MalformedMessageException(name, "it is not an object");
        }
        Map<String, Object> typed = new LinkedHashMap<>();
        members.forEach((key, member) -> typed.put((String) key, member));
        return typed;
    }

    static boolean flag(Map<String, Object> tree, String name) throws MalformedMessageException {
        Object value = tree.remove(name);
        if (value == null) {
            return false;
        }
        if (!(value instanceof Boolean flag)) {
            throw new MalformedMessageException(name, "it is neither true nor false");
        }
        return flag;
    }

    static void refuseRest(Map<String, Object> tree) throws MalformedMessageException {
        if (!tree.isEmpty()) {
            throw new MalformedMessageException(tree.keySet().iterator().next(), "a message has no such member");
        }
    }
}
