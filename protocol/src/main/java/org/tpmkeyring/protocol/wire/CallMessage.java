// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.protocol.wire;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A method call as it travels.
 *
 * @param method fully qualified name
 * @param parameters JSON tree; absent, null and empty are the same
 * @param upgrade whether the caller is ready for secret frames
 * @param more whether the caller would take several replies
 * @param oneway whether the caller wants no reply
 */
public record CallMessage(
        String method, Map<String, Object> parameters, boolean upgrade, boolean more, boolean oneway) {
    /** The JSON text, without the ending NUL. */
    public byte[] toJson() {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("method", method);
        tree.put("parameters", parameters);
        if (upgrade) {
            tree.put("upgrade", true);
        }
        if (more) {
            tree.put("more", true);
        }
        if (oneway) {
            tree.put("oneway", true);
        }
        return Json.write(tree);
    }

    /**
     * @param json one message without its NUL
     * @throws MalformedMessageException when it is no call
     */
    public static CallMessage parse(byte[] json) throws MalformedMessageException {
        Map<String, Object> tree = Json.parseCall(json);
        Object method = tree.remove("method");
        if (!(method instanceof String name)) {
            throw new MalformedMessageException("method", "it is missing");
        }
        Map<String, Object> parameters = Members.object(tree, "parameters");
        boolean upgrade = Members.flag(tree, "upgrade");
        boolean more = Members.flag(tree, "more");
        boolean oneway = Members.flag(tree, "oneway");
        Members.refuseRest(tree);
        return new CallMessage(name, parameters, upgrade, more, oneway);
    }
}
