// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.tpm.esys.binding;

import com.sun.jna.Native;

/**
 * The Enhanced System API, {@code tss2_esys.h}. Every function returns a TSS2_RC unless it is void.
 *
 * <p>{@code ctx} is an ESYS_CONTEXT; {@code s1} to {@code s3} are ESYS_TR handles of sessions or {@link #TR_NONE}.
 * What is allocated for the caller is given back with {@link #Esys_Free}.
 */
public final class Esys {
    public static final int TR_NONE = 0xFFF;
    public static final int TR_PASSWORD = 0x0FF;
    public static final int TR_RH_OWNER = 0x101;

    static {
        Native.register(Esys.class, Tss2Libraries.ESYS.soname());
    }

    private Esys() {}

    /** {@code abiVersion} 0 for the newest. */
    public static native int Esys_Initialize(long[] ctx, long tcti, long abiVersion);

    public static native void Esys_Finalize(long[] ctx);

    public static native void Esys_Free(long memory);

    public static native int Esys_GetSysContext(long ctx, long[] sys);

    public static native int Esys_TR_Serialize(long ctx, int object, long[] buffer, long[] size);

    public static native int Esys_TR_Deserialize(long ctx, byte[] buffer, long size, int[] object);

    public static native int Esys_TR_FromTPMPublic(long ctx, int tpmHandle, int s1, int s2, int s3, int[] object);

    /** {@code auth} is a TPM2B_AUTH, which is copied. */
    public static native int Esys_TR_SetAuth(long ctx, int object, long auth);

    public static native int Esys_TR_Close(long ctx, int[] object);

    public static native int Esys_TRSess_SetAttributes(long ctx, int session, byte flags, byte mask);

    public static native int Esys_Startup(long ctx, short startupType);

    public static native int Esys_SelfTest(long ctx, int s1, int s2, int s3, byte full);

    public static native int Esys_GetTestResult(long ctx, int s1, int s2, int s3, long[] data, int[] result);

    public static native int Esys_StartAuthSession(
            long ctx,
            int tpmKey,
            int bind,
            int s1,
            int s2,
            int s3,
            long nonceCaller,
            byte type,
            long symmetric,
            short authHash,
            int[] session);

    public static native int Esys_Create(
            long ctx,
            int parent,
            int s1,
            int s2,
            int s3,
            long inSensitive,
            long inPublic,
            long outsideInfo,
            long creationPcr,
            long[] outPrivate,
            long[] outPublic,
            long[] creationData,
            long[] creationHash,
            long[] creationTicket);

    public static native int Esys_CreatePrimary(
            long ctx,
            int hierarchy,
            int s1,
            int s2,
            int s3,
            long inSensitive,
            long inPublic,
            long outsideInfo,
            long creationPcr,
            int[] object,
            long[] outPublic,
            long[] creationData,
            long[] creationHash,
            long[] creationTicket);

    public static native int Esys_EvictControl(
            long ctx, int auth, int object, int s1, int s2, int s3, int persistentHandle, int[] newObject);

    public static native int Esys_Load(
            long ctx, int parent, int s1, int s2, int s3, long inPrivate, long inPublic, int[] object);

    public static native int Esys_Unseal(long ctx, int item, int s1, int s2, int s3, long[] outData);

    public static native int Esys_FlushContext(long ctx, int object);

    public static native int Esys_PolicyPCR(
            long ctx, int policySession, int s1, int s2, int s3, long pcrDigest, long pcrs);

    public static native int Esys_PolicyAuthValue(long ctx, int policySession, int s1, int s2, int s3);

    public static native int Esys_PCR_Read(
            long ctx,
            int s1,
            int s2,
            int s3,
            long selectionIn,
            int[] updateCounter,
            long[] selectionOut,
            long[] values);

    /** {@code pcr} is the PCR's number: ESYS_TR_PCR0 is 0. */
    public static native int Esys_PCR_Extend(long ctx, int pcr, int s1, int s2, int s3, long digests);

    public static native int Esys_GetRandom(long ctx, int s1, int s2, int s3, short bytes, long[] random);

    public static native int Esys_GetCapability(
            long ctx, int s1, int s2, int s3, int capability, int property, int count, byte[] moreData, long[] data);

    public static native int Esys_ReadClock(long ctx, int s1, int s2, int s3, long[] time);

    public static native int Esys_NV_ReadPublic(
            long ctx, int index, int s1, int s2, int s3, long[] nvPublic, long[] nvName);

    public static native int Esys_NV_Read(
            long ctx, int auth, int index, int s1, int s2, int s3, short size, short offset, long[] data);
}
