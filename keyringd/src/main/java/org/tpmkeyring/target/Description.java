// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.target;

/**
 * The rule for key descriptions that people choose: printable ASCII without spaces, so that they survive
 * shells, {@code /proc/keys} and the {@code encrypted} type's own syntax; no name that the kernel uses for
 * itself.
 */
final class Description {
    /** Attribute of a key record. */
    static final String ATTRIBUTE = "description";

    private static final int MAX_CHARS = 255;
    private static final String OPTION = "--description";

    private Description() {}

    /**
     * @return the same description
     * @throws org.tpmkeyring.protocol.KeyringException BAD_ARGUMENT
     */
    static String check(String description) {
        if (description.isEmpty() || description.length() > MAX_CHARS) {
            throw Refusal.argument(
                    OPTION, "a description has 1 to " + MAX_CHARS + " characters, not " + description.length());
        }
        if (description.startsWith(".") || description.startsWith("_")) {
            throw Refusal.argument(OPTION, "descriptions that begin with '.' or '_' belong to the kernel");
        }
        for (int i = 0; i < description.length(); i++) {
            char c = description.charAt(i);
            if (c <= ' ' || c > '~') {
                throw Refusal.argument(
                        OPTION,
                        "character " + (i + 1) + " (U+" + String.format("%04X", (int) c)
                                + ") is not printable ASCII or is a space");
            }
        }
        return description;
    }

    /** The same, and a prefix such as {@code cryptsetup:} has to be there with something behind it. */
    static String checkPrefixed(String description) {
        check(description);
        int colon = description.indexOf(':');
        if (colon < 1 || colon == description.length() - 1) {
            throw Refusal.argument(
                    OPTION, "a logon key's description needs a prefix and a name, such as service:" + "name");
        }
        return description;
    }
}
