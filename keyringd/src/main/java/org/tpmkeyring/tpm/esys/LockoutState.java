// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.tpm.esys;

import java.util.Map;
import java.util.OptionalInt;
import java.util.function.BiConsumer;

/**
 * Protection against guessing.
 *
 * <p>Source: TPM 2.0 Library, part 1, 19.8 (dictionary attack protection); part 2, 8.6 (TPMA_PERMANENT).
 *
 * @param variable TPM_PT to value
 */
record LockoutState(Map<Long, Long> variable) {
    private static final long PERMANENT = 0x200;
    private static final long LOCKOUT_COUNTER = 0x20E;
    private static final long MAX_AUTH_FAIL = 0x20F;
    private static final long LOCKOUT_INTERVAL = 0x210;
    private static final long LOCKOUT_RECOVERY = 0x211;
    private static final long OWNER_AUTH_SET = 1L;
    private static final long LOCKOUT_AUTH_SET = 1L << 2;
    private static final long IN_LOCKOUT = 1L << 9;

    void tell(BiConsumer<String, String> section) {
        section.accept("In lockout", yesOrNo(IN_LOCKOUT));
        section.accept("Failed authorisations", value(LOCKOUT_COUNTER) + " of " + value(MAX_AUTH_FAIL));
        section.accept("One is forgotten after", value(LOCKOUT_INTERVAL) + " s");
        section.accept("Recovery after a wrong lockout password", value(LOCKOUT_RECOVERY) + " s");
        section.accept("Lockout password set", yesOrNo(LOCKOUT_AUTH_SET));
        section.accept("Owner password set", yesOrNo(OWNER_AUTH_SET));
    }

    /** How many wrong authorisations are possible before a lockout; empty where the TPM does not tell. */
    OptionalInt triesLeft() {
        if (!variable.containsKey(MAX_AUTH_FAIL) || !variable.containsKey(LOCKOUT_COUNTER)) {
            return OptionalInt.empty();
        }
        boolean locked = (value(PERMANENT) & IN_LOCKOUT) != 0;
        return OptionalInt.of(locked ? 0 : (int) Math.max(0, value(MAX_AUTH_FAIL) - value(LOCKOUT_COUNTER)));
    }

    private String yesOrNo(long bit) {
        return (value(PERMANENT) & bit) != 0 ? "yes" : "no";
    }

    private long value(long property) {
        return variable.getOrDefault(property, 0L);
    }
}
