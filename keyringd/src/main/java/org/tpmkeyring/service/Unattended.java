// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.service;

import java.util.function.Supplier;
import java.util.stream.Stream;
import org.tpmkeyring.boot.BootMode;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.KeyringException;
import org.tpmkeyring.vault.Vault;

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
     * @param vaults those that a person may recover instead; asked only for the hint, which names the first that has
     *     a recovery key
     * @param peerUid who would type that
     * @throws KeyringException RESCUE_MODE when somebody asked for a shell instead of the system
     */
    void require(Supplier<Stream<Vault>> vaults, long peerUid) {
        boot.rescue().ifPresent(cause -> {
            KeyringException refusal = KeyringException.of(ErrorKind.RESCUE_MODE)
                    .with("cause", cause)
                    .build();
            throw vaults.get()
                    .flatMap(vault -> Protectors.recoverCommand(vault, peerUid).stream())
                    .findFirst()
                    .map(command -> refusal.with("hint", command))
                    .orElse(refusal);
        });
    }
}
