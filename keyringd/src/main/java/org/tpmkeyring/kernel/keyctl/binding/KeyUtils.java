// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.kernel.keyctl.binding;

import com.sun.jna.LastErrorException;
import java.util.Optional;

/**
 * libkeyutils, the functions with a fixed number of arguments (add_key(2), keyctl(3) and the page of each
 * {@code keyctl_*} function). Key serials are positive; the {@code KEY_SPEC_*} constants are negative.
 */
public final class KeyUtils {
    /** Name of the library; Debian's package is libkeyutils1. */
    public static final String SONAME = "libkeyutils.so.1";

    /** include/uapi/linux/keyctl.h. */
    public static final int KEY_SPEC_PROCESS_KEYRING = -2;

    public static final int KEY_SPEC_USER_KEYRING = -4;

    /** Permission bits of one class, keyctl_setperm(3); possessor, owner, group, others from the top byte down. */
    public static final int VIEW = 0x01;

    public static final int READ = 0x02;
    public static final int SEARCH = 0x08;
    public static final int LINK = 0x10;
    public static final int SETATTR = 0x20;

    private static final Optional<String> PROBLEM = NativeCall.register(KeyUtils.class, SONAME);

    private KeyUtils() {}

    /** Why the library cannot be used; empty when it can. Nothing else here may be called before. */
    public static Optional<String> problem() {
        return PROBLEM;
    }

    /** add_key(2) with a payload in native memory. */
    public static native int add_key(String type, String description, long payload, long length, int keyring)
            throws LastErrorException;

    /** add_key(2) with a payload that is no secret. */
    public static native int add_key(String type, String description, byte[] payload, long length, int keyring)
            throws LastErrorException;

    public static native long keyctl_setperm(int key, int permissions) throws LastErrorException;

    public static native long keyctl_link(int key, int keyring) throws LastErrorException;

    public static native long keyctl_unlink(int key, int keyring) throws LastErrorException;

    public static native long keyctl_invalidate(int key) throws LastErrorException;

    /** {@code type;uid;gid;permissions;description} and a NUL; the result is the length it needs. */
    public static native long keyctl_describe(int key, byte[] text, long length) throws LastErrorException;

    /** Payload of a key or serials of a keyring; the result is the length it needs. */
    public static native long keyctl_read(int key, byte[] payload, long length) throws LastErrorException;

    /** The same into native memory; address and length 0 ask for the length alone. */
    public static native long keyctl_read(int key, long payload, long length) throws LastErrorException;

    public static native int keyctl_get_keyring_ID(int key, int create) throws LastErrorException;
}
