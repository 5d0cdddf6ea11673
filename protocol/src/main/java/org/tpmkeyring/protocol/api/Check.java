// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.protocol.api;

import java.util.Optional;

/**
 * One finding of the doctor.
 *
 * @param name short name of what was checked, such as {@code tpm} or {@code keyring-link}
 * @param verdict how it is
 * @param finding one sentence
 * @param advice what to do, the next command to type; empty when nothing is to be done
 */
public record Check(String name, Verdict verdict, String finding, Optional<String> advice) {
    /** How a check ended. */
    public enum Verdict {
        OK,
        /** Worth knowing, nothing is broken. */
        NOTE,
        WARNING,
        PROBLEM
    }
}
