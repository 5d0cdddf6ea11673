// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.pam;

import java.util.Locale;
import java.util.Optional;

/** Management group of a rule. */
public enum PamType {
    AUTH,
    ACCOUNT,
    PASSWORD,
    SESSION;

    /** By its word in a file, in either case. */
    static Optional<PamType> of(String word) {
        for (PamType type : values()) {
            if (type.word().equals(word.toLowerCase(Locale.ROOT))) {
                return Optional.of(type);
            }
        }
        return Optional.empty();
    }

    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
