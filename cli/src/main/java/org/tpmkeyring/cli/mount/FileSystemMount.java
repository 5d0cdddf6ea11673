// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.mount;

import org.tpmkeyring.cli.mounttab.MountEntry;
import org.tpmkeyring.protocol.KeyringException;

/** One kind of file system: how to see that it is mounted, whether it is the right one, and how to mount it. */
interface FileSystemMount {
    /**
     * Whether the entry is mounted.
     *
     * @throws KeyringException BAD_ARGUMENT when something else is in its place
     */
    boolean isMounted(MountEntry entry, Deadline deadline);

    /**
     * Checks the identity, has the key delivered and mounts, in this order: what is not the right one gets no key.
     *
     * @throws KeyringException UNEXPECTED_VOLUME when it is not what the key was made for; PROGRAM_FAILED
     */
    void mount(MountEntry entry, Deadline deadline);

    /**
     * Takes it away; the key stays.
     *
     * @throws KeyringException PROGRAM_FAILED, as when files are open
     */
    void unmount(MountEntry entry, Deadline deadline);
}
