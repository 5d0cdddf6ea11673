// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.store;

import java.util.regex.Pattern;

/**
 * Identity of a vault, and the name of its file: random, so that no name a person gave ever becomes a
 * path.
 *
 * @param text 32 lower-case hex digits
 */
public record VaultId(String text) implements Comparable<VaultId> {
    private static final Pattern HEX = Pattern.compile("[0-9a-f]{32}");

    public VaultId {
        if (!HEX.matcher(text).matches()) {
            throw new IllegalArgumentException("not a vault id");
        }
    }

    @Override
    public int compareTo(VaultId other) {
        return text.compareTo(other.text);
    }

    @Override
    public String toString() {
        return text;
    }
}
