// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.mounttab;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** What kind of file system an entry mounts; the same as the target of its key. */
public enum MountType {
    /** A directory that eCryptfs shows in clear at another place. */
    ECRYPTFS,
    /** A directory with an fscrypt policy, bound to another place or to its own. */
    FSCRYPT,
    /** A ZFS dataset, which knows its mount point. */
    ZFS,
    /** A device with an encrypted bcachefs file system. */
    BCACHEFS;

    /** As the table and mount options have it. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The type of this name. */
    public static Optional<MountType> of(String word) {
        return Arrays.stream(values()).filter(type -> type.word().equals(word)).findFirst();
    }

    static String words() {
        return Arrays.stream(values()).map(MountType::word).collect(Collectors.joining(", "));
    }
}
