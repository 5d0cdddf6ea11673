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
    FSCRYPT,
    /** The passphrase of a keyslot of a LUKS volume, a {@code user} key of root. */
    LUKS,
    /** A volume key for a plain dm-crypt table, a {@code logon} key of root. */
    DM_CRYPT,
    /** The key of an encrypted ZFS dataset, a {@code user} key of root that is fed to {@code zfs load-key}. */
    ZFS,
    /** The key that unlocks a bcachefs file system, a {@code user} key of root. */
    BCACHEFS,
    /** A password for PAM modules after ours, at a login that was without one. The kernel never has it. */
    AUTHTOK
}
