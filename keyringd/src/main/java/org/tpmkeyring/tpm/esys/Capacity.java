// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.tpm.esys;

import java.util.Map;
import java.util.function.BiConsumer;

/**
 * How much fits into the TPM and how much is left.
 *
 * <p>Source: TPM 2.0 Library, part 2, 6.13 (TPM_PT).
 *
 * @param fixed TPM_PT to value
 * @param variable TPM_PT to value
 */
record Capacity(Map<Long, Long> fixed, Map<Long, Long> variable) {
    private static final long HR_TRANSIENT_MIN = 0x10E;
    private static final long HR_PERSISTENT_MIN = 0x10F;
    private static final long HR_LOADED_MIN = 0x110;
    private static final long ACTIVE_SESSIONS_MAX = 0x111;
    private static final long NV_INDEX_MAX = 0x117;
    private static final long MAX_COMMAND_SIZE = 0x11E;
    private static final long MAX_RESPONSE_SIZE = 0x11F;
    private static final long NV_BUFFER_MAX = 0x12C;
    private static final long HR_NV_INDEX = 0x202;
    private static final long HR_LOADED = 0x203;
    private static final long HR_LOADED_AVAIL = 0x204;
    private static final long HR_ACTIVE = 0x205;
    private static final long HR_ACTIVE_AVAIL = 0x206;
    private static final long HR_TRANSIENT_AVAIL = 0x207;
    private static final long HR_PERSISTENT = 0x208;
    private static final long HR_PERSISTENT_AVAIL = 0x209;

    void tell(BiConsumer<String, String> section) {
        section.accept(
                "Loaded objects",
                "room for " + now(HR_TRANSIENT_AVAIL) + ", at least " + ever(HR_TRANSIENT_MIN) + " by design");
        section.accept(
                "Loaded sessions",
                now(HR_LOADED) + ", room for " + now(HR_LOADED_AVAIL) + ", at least " + ever(HR_LOADED_MIN)
                        + " by design");
        section.accept(
                "Active sessions",
                now(HR_ACTIVE) + ", room for " + now(HR_ACTIVE_AVAIL) + ", at most " + ever(ACTIVE_SESSIONS_MAX));
        section.accept(
                "Persistent objects",
                now(HR_PERSISTENT) + ", room for " + now(HR_PERSISTENT_AVAIL) + ", at least " + ever(HR_PERSISTENT_MIN)
                        + " by design");
        section.accept("NV indexes", now(HR_NV_INDEX) + ", up to " + ever(NV_INDEX_MAX) + " bytes each");
        section.accept("NV transfer", "up to " + ever(NV_BUFFER_MAX) + " bytes");
        section.accept("Commands", "up to " + ever(MAX_COMMAND_SIZE) + " bytes");
        section.accept("Responses", "up to " + ever(MAX_RESPONSE_SIZE) + " bytes");
    }

    private long ever(long property) {
        return fixed.getOrDefault(property, 0L);
    }

    private long now(long property) {
        return variable.getOrDefault(property, 0L);
    }
}
