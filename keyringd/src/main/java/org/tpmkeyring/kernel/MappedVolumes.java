// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.kernel;

/** The LUKS volumes that are open on this machine. */
public interface MappedVolumes {
    /**
     * Whether a LUKS volume is open under a name.
     *
     * @param name of the device in /dev/mapper
     * @param uuid of the LUKS header, with or without dashes
     * @throws KernelException when the kernel does not tell
     */
    boolean isOpen(String name, String uuid) throws KernelException;
}
