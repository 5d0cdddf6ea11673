// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.service;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.KeyringException;
import org.tpmkeyring.protocol.value.PcrSelection;
import org.tpmkeyring.protocol.value.When;
import org.tpmkeyring.vault.Vault;

/** Keeps a wish for a new vault's policy from being lost on a vault that is there already. */
final class VaultPolicyCheck {
    private final DoorRule door;

    VaultPolicyCheck(DoorRule door) {
        this.door = door;
    }

    /**
     * @throws KeyringException BAD_ARGUMENT when the vault has another policy or occasion than the one named
     */
    void requireSame(Vault vault, Optional<PcrSelection> pcrs, Optional<When> when, boolean reopenable) {
        List<PcrSelection> bound = Protectors.selections(vault);
        if (pcrs.isPresent() && !door.isBoundTo(vault, pcrs.get())) {
            String found = bound.isEmpty()
                    ? "to no PCRs"
                    : "to PCRs " + bound.stream().map(PcrSelection::toString).collect(Collectors.joining(" or "));
            throw KeyringException.of(ErrorKind.BAD_ARGUMENT)
                    .with("argument", "pcrs")
                    .with("reason", "vault '" + vault.name() + "' exists already and is bound " + found)
                    .with("hint", "tpm-keyring reseal " + vault.name() + " --tpm2-pcrs=" + pcrs.get())
                    .build();
        }
        if (reopenable && door.shuts(vault)) {
            throw KeyringException.of(ErrorKind.BAD_ARGUMENT)
                    .with("argument", "reopenable")
                    .with("reason", "vault '" + vault.name() + "' exists already and is shut at the end of boot")
                    .with("hint", "tpm-keyring reseal " + vault.name() + " --reopenable")
                    .build();
        }
        if (when.isPresent() && when.get() != vault.when()) {
            throw KeyringException.of(ErrorKind.BAD_ARGUMENT)
                    .with("argument", "when")
                    .with("reason", "vault '" + vault.name() + "' exists already and is for " + word(vault.when()))
                    .with("hint", "tpm-keyring vault create NAME --when=" + word(when.get()))
                    .build();
        }
    }

    /**
     * @throws KeyringException BAD_ARGUMENT when a PIN is wished for and the vault has none
     */
    void requireSamePin(Vault vault, boolean pin) {
        if (pin && Protectors.pins(vault).isEmpty()) {
            throw KeyringException.of(ErrorKind.BAD_ARGUMENT)
                    .with("argument", "pin")
                    .with("reason", "vault '" + vault.name() + "' exists already and has no PIN")
                    .with("hint", "tpm-keyring protector add tpm2 --tpm2-with-pin --vault " + vault.name())
                    .build();
        }
    }

    private static String word(When when) {
        return when.name().toLowerCase(Locale.ROOT);
    }
}
