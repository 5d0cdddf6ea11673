// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.service;

import org.tpmkeyring.boot.BootMode;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.KeyringException;

/**
 * What the boot asks for by itself, with no person at the keyboard: the boot vaults, and keys of volumes. In a
 * rescue or emergency boot it gets nothing; a person may still name a vault.
 */
public final class Unattended {
    private final BootMode boot;

    public Unattended(BootMode boot) {
        this.boot = boot;
    }

    /**
     * @throws KeyringException RESCUE_MODE when somebody asked for a shell instead of the system
     */
    public void require() {
        boot.rescue().ifPresent(cause -> {
            throw KeyringException.of(ErrorKind.RESCUE_MODE)
                    .with("cause", cause)
                    .build();
        });
    }
}
