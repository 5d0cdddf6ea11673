// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.tpm.esys.binding;

import com.sun.jna.NativeLibrary;

/** The shared objects of tpm2-tss that are used, by soname, and where Debian keeps them. */
public enum Tss2Libraries {
    MU("libtss2-mu.so.0", "libtss2-mu0"),
    RC("libtss2-rc.so.0", "libtss2-rc0"),
    SYS("libtss2-sys.so.1", "libtss2-sys1"),
    TCTILDR("libtss2-tctildr.so.0", "libtss2-tctildr0"),
    ESYS("libtss2-esys.so.0", "libtss2-esys-3.0.2-0");

    private final String soname;
    private final String debianPackage;

    Tss2Libraries(String soname, String debianPackage) {
        this.soname = soname;
        this.debianPackage = debianPackage;
    }

    String soname() {
        return soname;
    }

    /** A library is not installed, or not for this processor. */
    public static final class Missing extends Exception {
        private static final long serialVersionUID = 1L;

        Missing(String soname, String debianPackage, Throwable cause) {
            super("the library " + soname + " cannot be loaded, Debian has it in package " + debianPackage, cause);
        }
    }

    /** Loads all of them. Must have succeeded before any class of this package is used. */
    public static void loadAll() throws Missing {
        for (Tss2Libraries library : values()) {
            load(library.soname, library.debianPackage);
        }
    }

    static void load(String soname, String debianPackage) throws Missing {
        try {
            NativeLibrary library = NativeLibrary.getInstance(soname);
            assert library.getFile() != null;
        } catch (UnsatisfiedLinkError e) {
            throw new Missing(soname, debianPackage, e);
        }
    }
}
