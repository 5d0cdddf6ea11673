// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.tpm.esys.binding;

import com.sun.jna.Native;

/** The TCTI loader, {@code tss2_tctildr.h}: from a string such as {@code device:/dev/tpmrm0} to a connection. */
public final class TctiLdr {
    static {
        Native.register(TctiLdr.class, Tss2Libraries.TCTILDR.soname());
    }

    private TctiLdr() {}

    public static native int Tss2_TctiLdr_Initialize(String nameConf, long[] tcti);

    public static native void Tss2_TctiLdr_Finalize(long[] tcti);
}
