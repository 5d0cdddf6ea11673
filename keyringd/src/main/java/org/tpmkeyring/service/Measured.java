// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.service;

import java.util.List;
import java.util.Map;
import org.tpmkeyring.protocol.value.Bytes;
import org.tpmkeyring.tpm.PcrValues;

/** Which PCRs still have the value they get at reset, so that a policy on them would check nothing. */
final class Measured {
    /** PCRs 17 to 22 are set to ones by a reset (TCG PC Client Platform TPM Profile, 4.6.2). */
    private static final int FIRST_OF_ONES = 17;

    private static final int LAST_OF_ONES = 22;

    private Measured() {}

    /** PCRs that were never extended, ascending. */
    static List<Integer> not(PcrValues values) {
        return values.byIndex().entrySet().stream()
                .filter(pcr -> isResetValue(pcr.getKey(), pcr.getValue()))
                .map(Map.Entry::getKey)
                .toList();
    }

    private static boolean isResetValue(int pcr, Bytes value) {
        boolean onesAtReset = pcr >= FIRST_OF_ONES && pcr <= LAST_OF_ONES;
        return consistsOf(value, (byte) 0) || (onesAtReset && consistsOf(value, (byte) 0xff));
    }

    private static boolean consistsOf(Bytes value, byte octet) {
        for (byte found : value.toArray()) {
            if (found != octet) {
                return false;
            }
        }
        return true;
    }
}
