// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.kernel.keyctl;

import java.util.Map;
import org.tpmkeyring.kernel.KernelException;

/** Error numbers of errno(3) as this adapter meets them, and what they mean to people. */
final class Errno {
    static final int EPERM = 1;
    static final int ENOENT = 2;
    static final int EACCES = 13;
    static final int EBUSY = 16;
    static final int EEXIST = 17;
    static final int ENODEV = 19;
    static final int ENOTDIR = 20;
    static final int EINVAL = 22;
    static final int ENOTTY = 25;
    static final int EROFS = 30;
    static final int ENOTEMPTY = 39;
    static final int ELOOP = 40;
    static final int ENODATA = 61;
    static final int ENOPKG = 65;
    static final int ELIBACC = 79;
    static final int EOPNOTSUPP = 95;
    static final int ETIMEDOUT = 110;
    static final int EDQUOT = 122;
    static final int ENOKEY = 126;
    static final int EKEYEXPIRED = 127;
    static final int EKEYREVOKED = 128;

    private static final Map<Integer, String> MEANINGS = Map.ofEntries(
            Map.entry(EPERM, "EPERM, not permitted"),
            Map.entry(ENOENT, "ENOENT, it does not exist"),
            Map.entry(12, "ENOMEM, the kernel has no memory"),
            Map.entry(EACCES, "EACCES, permission denied"),
            Map.entry(14, "EFAULT, the memory was gone"),
            Map.entry(EBUSY, "EBUSY, in use"),
            Map.entry(EEXIST, "EEXIST, it exists already"),
            Map.entry(ENODEV, "ENODEV, this kernel was built without it"),
            Map.entry(ENOTDIR, "ENOTDIR, not a directory"),
            Map.entry(EINVAL, "EINVAL, the kernel does not accept the value"),
            Map.entry(23, "ENFILE, the key quota or keyring is full"),
            Map.entry(ENOTTY, "ENOTTY, not supported there"),
            Map.entry(EROFS, "EROFS, the file system is read-only"),
            Map.entry(38, "ENOSYS, this kernel was built without it"),
            Map.entry(ENOTEMPTY, "ENOTEMPTY, not empty"),
            Map.entry(ELOOP, "ELOOP, too many symbolic links"),
            Map.entry(ENOPKG, "ENOPKG, this kernel has no such cipher"),
            Map.entry(EOPNOTSUPP, "EOPNOTSUPP, not supported there"),
            Map.entry(ETIMEDOUT, "ETIMEDOUT, no answer in time"),
            Map.entry(EDQUOT, "EDQUOT, the key quota is used up, see /proc/key-users"),
            Map.entry(ENOKEY, "ENOKEY, there is no such key"),
            Map.entry(EKEYEXPIRED, "EKEYEXPIRED, the key has expired"),
            Map.entry(EKEYREVOKED, "EKEYREVOKED, the key was revoked"),
            Map.entry(129, "EKEYREJECTED, the kernel rejects the key"));

    private Errno() {}

    /** Symbol and meaning, such as {@code EACCES, permission denied}. */
    static String meaning(int errno) {
        return MEANINGS.getOrDefault(errno, "errno " + errno);
    }

    /**
     * @param what beginning of the sentence, such as {@code the key cannot be added}
     */
    static KernelException refused(String call, int errno, String what) {
        return new KernelException(call, errno, what + " (" + meaning(errno) + ")");
    }

    /**
     * @param result as from {@code NativeCall.result}
     * @return the result when it is no failure
     */
    static long check(String call, long result, String what) throws KernelException {
        if (result < 0) {
            throw refused(call, (int) -result, what);
        }
        return result;
    }
}
