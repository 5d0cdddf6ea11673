// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.tpm.esys.binding;

import com.sun.jna.Native;

/** The one function of the System API, {@code tss2_sys.h}, that ESYS has no counterpart of. */
public final class Sys {
    static {
        Native.register(Sys.class, Tss2Libraries.SYS.soname());
    }

    private Sys() {}

    /** Where the first parameter of the last response lies in the buffer of the context, in plaintext by now. */
    public static native int Tss2_Sys_GetEncryptParam(long sys, long[] size, long[] buffer);
}
