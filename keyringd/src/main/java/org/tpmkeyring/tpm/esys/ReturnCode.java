// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.tpm.esys;

/**
 * A TSS2_RC and what it asks for. Pure.
 *
 * <p>Source: TPM 2.0 Library, part 2, 6.6 (TPM_RC: format, and the number of the handle, session or parameter
 * that is at fault); layers from TCG TSS 2.0 Overview, 2.8. The reactions are the project's contract.
 *
 * @param value 32 bits; 0 is success
 */
record ReturnCode(int value) {
    private static final int LAYER_SHIFT = 16;
    private static final int LAYER_TPM = 0;
    private static final int LAYER_ESYS = 7;
    private static final int LAYER_TCTI = 10;
    private static final int LAYER_RESMGR = 11;
    private static final int LAYER_RESMGR_TPM = 12;
    private static final int BASE_BAD_SEQUENCE = 7;
    private static final int BASE_RSP_AUTH_FAILED = 27;

    private static final int FORMAT_ONE = 0x080;
    /** Format-one codes without the number of what is at fault. */
    private static final int FORMAT_ONE_MASK = 0x0BF;

    private static final int HANDLE_FAULT_MASK = 0x840;
    private static final int WARN_REFERENCE_FIRST = 0x910;
    private static final int WARN_REFERENCE_LAST = 0x91E;

    boolean isSuccess() {
        return value == 0;
    }

    /** Whether the TPM itself, or the kernel's resource manager in its name, gave this answer. */
    boolean isFromTpm() {
        return layer() == LAYER_TPM || layer() == LAYER_RESMGR_TPM || (layer() == LAYER_RESMGR && low16() >= 0x100);
    }

    /** For messages, such as {@code 0x99d}. */
    String hex() {
        return "0x" + Integer.toHexString(value);
    }

    /** Unsigned. */
    long asLong() {
        return value & 0xFFFF_FFFFL;
    }

    private int layer() {
        return (value >>> LAYER_SHIFT) & 0xFF;
    }

    private int low16() {
        return value & 0xFFFF;
    }

    /** The error of a format-one code, such as {@code 0x9F} for TPM_RC_INTEGRITY; -1 for other formats. */
    int formatOneError() {
        return isFromTpm() && (value & FORMAT_ONE) != 0 ? value & FORMAT_ONE_MASK : -1;
    }

    /** Whether a format-one code blames a parameter of the command. */
    boolean blamesParameter() {
        return formatOneError() >= 0 && (value & 0x040) != 0;
    }

    /** The decision table. */
    Reaction reaction() {
        if (value == 0) {
            return Reaction.NONE;
        }
        if (!isFromTpm()) {
            return ofSoftware();
        }
        return formatOneError() >= 0 ? ofFormatOne() : ofFormatZero();
    }

    private Reaction ofSoftware() {
        boolean brokenContext = layer() == LAYER_ESYS && low16() == BASE_BAD_SEQUENCE;
        if (layer() == LAYER_TCTI || brokenContext) {
            return Reaction.RECONNECT;
        }
        boolean forged = layer() == LAYER_ESYS && low16() == BASE_RSP_AUTH_FAILED;
        return forged ? Reaction.FORGED_RESPONSE : Reaction.UNEXPECTED;
    }

    private Reaction ofFormatOne() {
        return switch (formatOneError()) {
            case 0x9D -> Reaction.POLICY_FAILED;
            case 0x9F -> Reaction.NOT_OURS;
            case 0x8E, 0xA2 -> Reaction.WRONG_AUTH;
            case 0x8B -> (value & HANDLE_FAULT_MASK) == 0 ? Reaction.HANDLE_MISSING : Reaction.STALE_HANDLE;
            default -> Reaction.UNEXPECTED;
        };
    }

    private Reaction ofFormatZero() {
        int code = low16();
        if (code >= WARN_REFERENCE_FIRST && code <= WARN_REFERENCE_LAST) {
            return Reaction.STALE_HANDLE;
        }
        return switch (code) {
            case 0x922, 0x908, 0x90A -> Reaction.RESEND;
            case 0x128 -> Reaction.NEW_SESSION;
            case 0x100 -> Reaction.START_UP;
            case 0x901 -> Reaction.CONTEXT_GAP;
            case 0x902, 0x903, 0x904, 0x905, 0x906 -> Reaction.WAIT_FOR_ROOM;
            case 0x921 -> Reaction.IN_LOCKOUT;
            default -> Reaction.UNEXPECTED;
        };
    }
}
