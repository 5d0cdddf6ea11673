// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.policy;

/** Stand-in. */
public final class PcrMeaning {
    private PcrMeaning() {}

    public static String of(int pcr) {
        return "PCR " + pcr;
    }
}
