// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.kernel.keyctl.binding;

import com.sun.jna.LastErrorException;
import com.sun.jna.Native;
import java.util.Optional;
import java.util.function.LongSupplier;

/** Makes calls with the kernel's own convention of results, so that callers need not know JNA. */
public final class NativeCall {
    private NativeCall() {}

    /**
     * @param call one function of this package
     * @return its result, or minus errno(3) when it failed
     */
    public static long result(LongSupplier call) {
        try {
            return call.getAsLong();
        } catch (LastErrorException e) {
            return -e.getErrorCode();
        }
    }

    /**
     * Binds the functions of a class to a library.
     *
     * @param soname such as {@code libkeyutils.so.1}
     * @return why the library cannot be used; empty when it can
     */
    static Optional<String> register(Class<?> functions, String soname) {
        try {
            Native.register(functions, soname);
            return Optional.empty();
        } catch (UnsatisfiedLinkError e) {
            return Optional.of(
                    String.valueOf(e.getMessage()).lines().findFirst().orElse("not found"));
        }
    }
}
