// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.protocol.value;

/** The kernel consumers a key can be for. */
public enum TargetType {
    /** A {@code user} key in the owner's user keyring, readable by him. */
    USER,
    /** A {@code logon} key: only the kernel can read it. Its description has a {@code prefix:}. */
    LOGON,
    /** An {@code encrypted} key, made by the kernel under a master key that the daemon provides. */
    ENCRYPTED,
    /** The two authentication tokens (contents and file names) that eCryptfs looks up. */
    ECRYPTFS,
    /** A key of an fscrypt v2 policy, handed to the file system. */
    FSCRYPT
}
