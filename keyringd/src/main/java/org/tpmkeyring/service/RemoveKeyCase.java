// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.service;

import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.KeyringException;
import org.tpmkeyring.protocol.api.KeyOutcome;
import org.tpmkeyring.protocol.api.RemoveKey;
import org.tpmkeyring.protocol.value.KeyName;
import org.tpmkeyring.vault.LoadedVault;
import org.tpmkeyring.vault.Vault;
import org.tpmkeyring.vault.WrappedKey;

/** Takes a key from the kernel and then from its vault. The vault is opened first: without it nothing is done. */
final class RemoveKeyCase implements Handler<RemoveKey.Request, RemoveKey.Reply> {
    private final Vaults vaults;
    private final Keys keys;
    private final VaultOpener opener;
    private final Deliveries deliveries;

    RemoveKeyCase(Vaults vaults, Keys keys, VaultOpener opener, Deliveries deliveries) {
        this.vaults = vaults;
        this.keys = keys;
        this.opener = opener;
        this.deliveries = deliveries;
    }

    @Override
    public RemoveKey.Reply handle(Call<RemoveKey.Request> call) {
        Keys.Located found = keys.requireOnly(call.owner(), call.request().name());
        LoadedVault loaded = found.vault();
        try (VaultOpener.Opened opened = opener.forChange(loaded, call.secrets())) {
            return vaults.whileDelivering(loaded.vault().id(), () -> {
                requireSame(found);
                KeyOutcome removal = deliveries.destroy(loaded.vault(), found.record());
                LoadedVault without =
                        vaults.change(loaded.vault(), opened.kek(), before -> without(before, found.key()));
                assert without.generation() > loaded.generation();
                return new RemoveKey.Reply(removal);
            });
        }
    }

    /** A person may have thought about a recovery key for a while, and the name may be that of another key by now. */
    private void requireSame(Keys.Located found) {
        boolean there = vaults.fresh(found.vault().vault()).vault().keys().contains(found.key());
        if (!there) {
            KeyName name = keys.require(
                            found.vault().vault().owner(), found.record().name().text())
                    .record()
                    .name();
            throw KeyringException.of(ErrorKind.BAD_ARGUMENT)
                    .with("argument", "key '" + name + "'")
                    .with("reason", "it was removed meanwhile, and another one of this name is there now")
                    .with("hint", "tpm-keyring show " + name)
                    .build();
        }
    }

    private static Vault without(Vault before, WrappedKey removed) {
        return before.withKeys(
                before.keys().stream().filter(key -> !key.equals(removed)).toList());
    }
}
