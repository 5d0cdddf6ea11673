// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.authz;

/**
 * The uids of persons, apart from system accounts (login.defs(5), UID_MIN and UID_MAX).
 *
 * @param min lowest, at least 1
 * @param max highest, not below {@code min}
 */
public record UserRange(long min, long max) {
    public UserRange {
        if (min < 1 || max < min) {
            throw new IllegalArgumentException("uids from " + min + " to " + max + " are no range of users");
        }
    }

    boolean contains(long uid) {
        return min <= uid && uid <= max;
    }

    @Override
    public String toString() {
        return "uids " + min + " to " + max;
    }
}
