// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.tpm.esys.binding;

import com.sun.jna.Native;

/** Return codes in words, {@code tss2_rc.h}. */
public final class Rc {
    static {
        Native.register(Rc.class, Tss2Libraries.RC.soname());
    }

    private Rc() {}

    /** Text such as {@code tpm:session(1):a policy check failed}. */
    public static native String Tss2_RC_Decode(int rc);
}
