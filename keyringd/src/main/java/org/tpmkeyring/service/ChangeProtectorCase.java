// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.service;

import java.util.List;
import java.util.Optional;
import org.tpmkeyring.protocol.api.ChangeProtector;
import org.tpmkeyring.secret.SecretBuffer;
import org.tpmkeyring.vault.LoadedVault;
import org.tpmkeyring.vault.Protector;

/** Gives a protector another PIN or passphrase. Who forgot the old one needs the TPM or a recovery key. */
final class ChangeProtectorCase implements Handler<ChangeProtector.Request, ChangeProtector.Reply> {
    private final Vaults vaults;
    private final VaultOpener opener;
    private final Replacing replacing;

    ChangeProtectorCase(Vaults vaults, VaultOpener opener, Replacing replacing) {
        this.vaults = vaults;
        this.opener = opener;
        this.replacing = replacing;
    }

    @Override
    public ChangeProtector.Reply handle(Call<ChangeProtector.Request> call) {
        ChangeProtector.Request request = call.request();
        LoadedVault loaded = vaults.require(call.owner(), request.vault());
        Protector old = Replacing.chosen(loaded.vault(), request.protector());
        boolean pin = old instanceof Protector.Tpm2;
        try (VaultOpener.Opened opened = opened(loaded, old, call.secrets());
                SecretBuffer fresh = Password.fresh(call.secrets(), pin)) {
            Protector changed =
                    replacing.replace(loaded, opened.kek(), List.of(old), fresh).get(0);
            return new ChangeProtector.Reply(Protectors.info(changed));
        }
    }

    private VaultOpener.Opened opened(LoadedVault loaded, Protector old, SecretDialogue secrets) {
        Optional<SecretBuffer> given = Password.ifAny(secrets, Password.label(old instanceof Protector.Tpm2));
        if (given.isEmpty()) {
            return opener.withoutPassword(loaded, secrets);
        }
        try (SecretBuffer secret = given.get()) {
            return opener.byPassword(loaded, List.of(old), new Password(secret, true));
        }
    }
}
