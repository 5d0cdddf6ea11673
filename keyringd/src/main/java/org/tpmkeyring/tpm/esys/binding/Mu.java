// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.tpm.esys.binding;

import com.sun.jna.Native;

/**
 * The Marshaling/Unmarshaling API, {@code tss2_mu.h}: C structures to canonical wire bytes and back. Every
 * function returns a TSS2_RC and moves {@code offset} behind what it read or wrote.
 */
public final class Mu {
    static {
        Native.register(Mu.class, Tss2Libraries.MU.soname());
    }

    private Mu() {}

    public static native int Tss2_MU_TPM2B_PUBLIC_Marshal(long from, byte[] to, long size, long[] offset);

    public static native int Tss2_MU_TPM2B_PUBLIC_Unmarshal(byte[] from, long size, long[] offset, long to);

    public static native int Tss2_MU_TPM2B_PRIVATE_Marshal(long from, byte[] to, long size, long[] offset);

    public static native int Tss2_MU_TPM2B_PRIVATE_Unmarshal(byte[] from, long size, long[] offset, long to);

    public static native int Tss2_MU_TPML_PCR_SELECTION_Marshal(long from, byte[] to, long size, long[] offset);

    public static native int Tss2_MU_TPML_PCR_SELECTION_Unmarshal(byte[] from, long size, long[] offset, long to);

    public static native int Tss2_MU_TPML_DIGEST_VALUES_Unmarshal(byte[] from, long size, long[] offset, long to);

    public static native int Tss2_MU_TPML_DIGEST_Marshal(long from, byte[] to, long size, long[] offset);

    public static native int Tss2_MU_TPMT_SYM_DEF_Unmarshal(byte[] from, long size, long[] offset, long to);

    public static native int Tss2_MU_TPMS_CAPABILITY_DATA_Marshal(long from, byte[] to, long size, long[] offset);

    public static native int Tss2_MU_TPMS_TIME_INFO_Marshal(long from, byte[] to, long size, long[] offset);

    public static native int Tss2_MU_TPM2B_NV_PUBLIC_Marshal(long from, byte[] to, long size, long[] offset);

    public static native int Tss2_MU_TPM2B_MAX_NV_BUFFER_Marshal(long from, byte[] to, long size, long[] offset);

    public static native int Tss2_MU_TPM2B_MAX_BUFFER_Marshal(long from, byte[] to, long size, long[] offset);

    /** Addresses on both sides, because what goes through is secret. */
    public static native int Tss2_MU_TPM2B_SENSITIVE_CREATE_Unmarshal(long from, long size, long[] offset, long to);
}
